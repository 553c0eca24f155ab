/** The repository read as a whole: arrows between packages and folders, names, sizes. What fails here is a matter of taste made law. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isTestFile, listSourceFiles, type SourceFile } from './source-files.ts';

/** Package -> packages it may import; services may import any package. The arrows go one way only. */
const PACKAGE_ARROWS: Readonly<Record<string, readonly string[]>> = {
  'needle-format': [],
  'wasm-assembler': [],
  'erasure-coding': ['needle-format', 'wasm-assembler'],
  'ordered-kv': [],
  's3-protocol': ['wasm-assembler'],
  'access-control': [],
  'iceberg-format': [],
  'event-model': [],
  rpc: [],
  'service-kit': [],
  'service-contracts': ['rpc', 'needle-format'],
  'key-management': [],
  'object-io': ['service-contracts', 's3-protocol'],
  'object-storage': ['s3-protocol'],
  'kv-scan': ['rpc'],
};

const PURE_PACKAGES = [
  'needle-format',
  'wasm-assembler',
  'erasure-coding',
  's3-protocol',
  'access-control',
  'iceberg-format',
  'event-model',
];

/** Files longer than the limit that are still about one thing, each with its reason. The list tends to shrink. */
const LONG_FILES: Readonly<Record<string, string>> = {};
const LINES_MAX = 450;

/** Written by a program from /proto; a test compares. */
const GENERATED = 'packages/rpc/src/wire/';

const files = listSourceFiles().filter((file) => !isTestFile(file.path) && !file.path.startsWith(GENERATED));

function packageOf(path: string): string | undefined {
  return /^(?:packages|services)\/([^/]+)\//.exec(path)?.[1];
}

function violations(check: (file: SourceFile) => readonly string[]): string[] {
  return files.flatMap((file) => check(file).map((message) => `${file.path}: ${message}`));
}

function dependenciesOf(path: string): string[] {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8'),
  ) as Readonly<Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>> | undefined>>;
  return Object.keys({ ...dependencies, ...devDependencies });
}

test('packages import only what the arrow table allows', () => {
  expect(
    violations((file) => {
      const name = packageOf(file.path);
      const allowed = name === undefined || !file.path.startsWith('packages/') ? undefined : PACKAGE_ARROWS[name];
      if (allowed === undefined) return [];
      return file.imports.filter(
        (target) => target.startsWith('@needlestack/') && !allowed.includes(target.split('/')[1] ?? ''),
      );
    }),
  ).toEqual([]);
});

test('what a package declares as a dependency, one of its files imports', () => {
  const sources = listSourceFiles();
  const folders = new Set(sources.map(({ path }) => /^(?:packages|services)\/[^/]+/.exec(path)?.[0]));
  const unused = [...folders].flatMap((folder) => {
    if (folder === undefined) return [];
    const imports = sources.filter(({ path }) => path.startsWith(`${folder}/`)).flatMap((file) => file.imports);
    return dependenciesOf(`${folder}/package.json`)
      .filter((name) => !imports.some((target) => target === name || target.startsWith(`${name}/`)))
      .map((name) => `${folder}: ${name}`);
  });
  expect(unused).toEqual([]);
});

test('no package but the cli imports a service, and no service another one', () => {
  expect(
    violations((file) => {
      if (file.path.startsWith('packages/cli/')) return [];
      return file.imports.filter((target) => /^@needlestack\/[a-z]+-service/.test(target));
    }),
  ).toEqual([]);
});

test('relative imports stay within their package', () => {
  expect(
    violations((file) =>
      file.imports.filter(
        (target) => /^(packages|services)\//.test(target) && packageOf(target) !== packageOf(file.path),
      ),
    ),
  ).toEqual([]);
});

test('pure packages do no input or output', () => {
  const impure = /^node:(fs|net|http|https|child_process|worker_threads|dgram|tls)/;
  expect(
    violations((file) =>
      PURE_PACKAGES.includes(packageOf(file.path) ?? '') ? file.imports.filter((target) => impure.test(target)) : [],
    ),
  ).toEqual([]);
});

/** Room -> rooms and modules that its files must not import (style: folders are the data flow). */
const ROOM_BANS: Readonly<Record<string, RegExp>> = {
  core: /\/src\/(storage|peers|http|grpc)\/|^node:(fs|http|net)/,
  storage: /\/src\/(http|grpc|peers)\//,
  peers: /\/src\/(storage|http|grpc)\//,
  http: /\/src\/(storage|peers|grpc)\//,
  grpc: /\/src\/(storage|peers|http)\//,
};

test('rooms of a service import along the data flow', () => {
  expect(
    violations((file) => {
      const room = /^services\/[^/]+\/src\/([^/]+)\//.exec(file.path)?.[1];
      const ban = room === undefined ? undefined : ROOM_BANS[room];
      return ban === undefined ? [] : file.imports.filter((target) => ban.test(target));
    }),
  ).toEqual([]);
});

test('no cycles between files', () => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const target of byPath.get(path)?.imports ?? []) if (byPath.has(target)) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const file of files) visit(file.path, []);
  // Types may point both ways (a class and its port); a cycle of values may not, and cannot be told apart here, so none is allowed.
  expect(cycles).toEqual([]);
});

test('no drawers', () => {
  expect(
    files
      .map((file) => file.path)
      .filter((path) => /\/(utils?|helpers?|common|misc|shared|stuff|manager)(\.ts$|\/)/.test(path)),
  ).toEqual([]);
});

test(`files stay under ${LINES_MAX} lines, or say why`, () => {
  expect(
    files
      .filter((file) => file.lineCount > LINES_MAX && LONG_FILES[file.path] === undefined)
      .map((file) => `${file.path}: ${file.lineCount}`),
  ).toEqual([]);
});

test('the environment is read in config.ts, the cli and the flag reader alone', () => {
  expect(
    violations((file) => {
      if (/\/config\.ts$|^packages\/cli\/|^packages\/service-kit\/src\/flags\//.test(file.path)) return [];
      return /process\.env\b/.test(file.text) ? ['reads process.env'] : [];
    }),
  ).toEqual([]);
});

test('index files list names', () => {
  expect(violations((file) => (/export \*/.test(file.text) ? ['export *'] : []))).toEqual([]);
});

test('the test files that start first are there', () => {
  const root = new URL('../../', import.meta.url);
  const sequencer = readFileSync(fileURLToPath(new URL('tools/jest/longest-first.mjs', root)), 'utf8');
  const named = [...sequencer.matchAll(/'([^']+\.test\.ts)'/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((path) => !existsSync(fileURLToPath(new URL(path, root))))).toEqual([]);
});
