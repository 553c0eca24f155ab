/**
 * Runs the tests that a list names of a clone of ceph's s3-tests against a store of its own, RGW-style clients welcome.
 *
 *   S3_TESTS=<clone> [S3_TESTS_PYTHON=<python with the suite's requirements>] node test-e2e/s3-tests/run.ts [list] [pytest arguments]
 *
 * A list is a file of ids beside this one, without `.txt`: `passing` when none is named. Ends with pytest's status; an id that the suite does not
 * have is a failure, so that a list cannot grow stale unseen.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNeedlestack } from '@needlestack/test-servers';
import { DEBUG_DAY_SECONDS, identitiesOf, KMS_KEYS, SUITE_USERS, suiteConfiguration } from './users.ts';

const suite = process.env.S3_TESTS;
const python = process.env.S3_TESTS_PYTHON ?? 'python3';
if (suite === undefined) {
  process.stderr.write('S3_TESTS names no clone of https://github.com/ceph/s3-tests\n');
  process.exit(2);
}

const [list = 'passing', ...pytestArguments] = process.argv.slice(2);
const ids = readFileSync(new URL(`./${list}.txt`, import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const directory = mkdtempSync(join(tmpdir(), 'needlestack-s3-tests-'));
const inDirectory = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const store = await startNeedlestack({
  flags: [
    '-s3.compat=rgw',
    `-s3.config=${inDirectory('identities.json', JSON.stringify(identitiesOf(SUITE_USERS)))}`,
    `-s3.lifecycle.debugDay=${DEBUG_DAY_SECONDS}s`,
    `-kms.keys=needlestack,${KMS_KEYS.join(',')}`,
  ],
});

const environment = {
  ...process.env,
  S3TEST_CONF: inDirectory('s3tests.conf', suiteConfiguration(store.ports.s3, SUITE_USERS)),
};
const run = (more: readonly string[], output: 'pipe' | 'inherit') =>
  spawnSync(python, ['-m', 'pytest', '-p', 'no:cacheprovider', '-q', ...more], {
    cwd: suite,
    env: environment,
    stdio: ['ignore', output, output],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });

function missingIds(): string[] {
  const files = [...new Set(ids.map((id) => id.split('::')[0] ?? ''))];
  const { stdout } = run(['--collect-only', ...files], 'pipe');
  // A parametrized test is named once in a list, and collected once for each of its cases.
  const collected = new Set(stdout.split('\n').map((line) => line.replace(/\[.*\]$/, '')));
  return ids.filter((id) => !collected.has(id));
}

let status = 1;
try {
  const missing = missingIds();
  if (missing.length > 0) process.stderr.write(`not in the suite:\n${missing.join('\n')}\n`);
  else status = run([`@${inDirectory('ids', `${ids.join('\n')}\n`)}`, ...pytestArguments], 'inherit').status ?? 1;
} finally {
  await store.stop();
  rmSync(directory, { recursive: true });
}
process.exitCode = status;
