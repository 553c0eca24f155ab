/**
 * Says how many of the suite's functions the lists hold, by file and by gate, and fails unless each stands in exactly one of them.
 *
 *   S3_TESTS=<clone> [S3_TESTS_PYTHON=<python with the suite's requirements>] node test-e2e/s3-tests/check-lists.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readList } from './read-list.ts';
import { collectTests, type SuitePlace } from './run-suite.ts';
import { SUITE_USERS, suiteConfiguration } from './users.ts';

const FOLDER = 's3tests/functional';

const suite = process.env.S3_TESTS;
if (suite === undefined) {
  process.stderr.write('S3_TESTS names no clone of https://github.com/ceph/s3-tests\n');
  process.exit(2);
}
const directory = mkdtempSync(join(tmpdir(), 'needlestack-s3-tests-'));
const configuration = join(directory, 's3tests.conf');
writeFileSync(configuration, suiteConfiguration(1, SUITE_USERS));

const collect = (wanted: readonly string[], more: NodeJS.ProcessEnv = {}): ReadonlySet<string> => {
  const environment = { ...process.env, S3TEST_CONF: configuration, PYTHONPATH: import.meta.dirname, ...more };
  const place: SuitePlace = { suite, python: process.env.S3_TESTS_PYTHON ?? 'python3', environment };
  return collectTests(place, wanted);
};

try {
  const passing = new Set(readList('passing'));
  const excluded = new Set(readList('excluded'));
  const show = (name: string, ids: Iterable<string>): void => {
    const all = [...ids];
    process.stdout.write(`${name}: ${all.filter((id) => passing.has(id)).length} of ${all.length}\n`);
  };

  const all = collect([FOLDER]);
  for (const gate of ['G1', 'G2']) {
    show(`gate ${gate}`, collect(['-p', 'gates', `${FOLDER}/test_s3.py`], { GATE: gate }));
  }
  const byFile = Object.groupBy(all, (id) => id.slice(FOLDER.length + 1, id.indexOf('::')));
  for (const [file, ids] of Object.entries(byFile)) show(file, ids ?? []);
  show('all', all);

  const wrong = [
    ...[...all].filter((id) => passing.has(id) === excluded.has(id)),
    ...[...passing, ...excluded].filter((id) => !all.has(id)),
  ];
  for (const id of wrong) process.stderr.write(`not in exactly one list, or not in the suite: ${id}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true });
}
