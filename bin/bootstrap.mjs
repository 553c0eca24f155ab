// Entry of `npm start|test|bench|verify`. Runs on any Node from 20 on, installs the pinned runtime and the
// packages that the verb needs, then hands over to the pinned runtime. Installs only when a lockfile changed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const toolchain = join(root, 'toolchain');
const pinnedNode = join(toolchain, 'node_modules/node/bin/node');
const pinnedPnpm = join(toolchain, 'node_modules/.bin/pnpm');

const environment = {
  ...process.env,
  PATH: `${join(toolchain, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
  npm_config_update_notifier: 'false',
};
// npm hands its own configuration down as npm_config_*; pnpm must not read it as its own.
for (const name of Object.keys(environment))
  if (/^npm_(package|lifecycle|command|execpath)/.test(name)) delete environment[name];

function say(message) {
  process.stderr.write(`needlestack: ${message}\n`);
}

function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    env: environment,
    stdio: 'inherit',
    ...options,
  });
  if (error !== undefined) throw error;
  if (signal !== null) return 1;
  return status ?? 1;
}

function runOrExit(what, command, args, options) {
  const status = run(command, args, options);
  if (status === 0) return;
  say(`${what} failed with status ${status}`);
  process.exit(status);
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/** Runs `install` unless the stamp says that these very inputs were installed before. */
function installOnce(stampName, inputs, label, install) {
  const stamp = join(root, stampName);
  const digest = digestOf(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  say(label);
  install();
  writeFileSync(stamp, digest);
}

function installToolchain() {
  if (!existsSync(pinnedNode)) rmSync(join(root, 'toolchain/.installed-toolchain'), { force: true });
  installOnce(
    'toolchain/.installed-toolchain',
    ['toolchain/package-lock.json'],
    'installing the pinned runtime (Node 26) and pnpm',
    () =>
      runOrExit(
        'installing the runtime',
        'npm',
        ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
        {
          cwd: toolchain,
        },
      ),
  );
}

/**
 * `.installed-run` says that only the packages of production are here, `.installed-all` that those of tests are too. Packages that
 * somebody installed by hand are never cut down to production.
 */
function installPackages({ forTests }) {
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml'];
  const isHere = (name) => existsSync(join(root, name));
  if (!isHere('node_modules'))
    for (const name of ['all', 'run']) rmSync(join(root, `.installed-${name}`), { force: true });
  const onlyProduction =
    !forTests && !isHere('.installed-all') && (!isHere('node_modules') || isHere('.installed-run'));
  if (onlyProduction) {
    installOnce('.installed-run', inputs, 'installing the packages that running needs', () =>
      runOrExit('installing packages', pinnedPnpm, ['install', '--frozen-lockfile', '--prod']),
    );
    return;
  }
  installOnce('.installed-all', inputs, 'installing packages, with what the tests need', () =>
    runOrExit('installing packages', pinnedPnpm, ['install', '--frozen-lockfile']),
  );
  rmSync(join(root, '.installed-run'), { force: true });
}

/** Hands over to a program of this repository: signals that end this process end that one, and its status becomes ours. */
function become(command, args) {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(error.message);
    process.exit(1);
  });
  child.on('exit', (status, signal) => process.exit(signal === null ? (status ?? 1) : 1));
}

const [verb = 'start', ...rest] = process.argv.slice(2);
installToolchain();
installPackages({ forTests: verb !== 'start' });

const node = (...args) => become(pinnedNode, args);
const steps = {
  start: () => {
    say('starting');
    become(join(root, 'bin/needlestack'), ['server', ...rest]);
  },
  test: () =>
    node(
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      // V8's cache would keep the modules of every test file, and never finds anything: each file compiles its own.
      '--no-compilation-cache',
      'node_modules/jest/bin/jest.js',
      ...rest,
    ),
  bench: () => node('bench/run.ts', ...rest),
  verify: () => node('tools/verify.ts', ...rest),
};
const step = steps[verb];
if (step === undefined) {
  say(`unknown verb ${verb}; one of ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
step();
