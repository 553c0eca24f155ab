/**
 * Runs the tests that a list names of a clone of ceph's s3-tests against stores of their own, RGW-style clients welcome.
 *
 *   S3_TESTS=<clone> [S3_TESTS_PYTHON=<python with the suite's requirements>] node test-e2e/s3-tests/run.ts [list] [pytest arguments]
 *
 * A list is a file of ids beside this one, without `.txt`: `passing` when none is named; ids may follow it, and then those alone are run. Ends with
 * pytest's status; an id that the suite does not have is a failure, so that a list cannot grow stale unseen.
 *
 * Each group of ids has a store of its own, and the last two run in one worker: most tests; those whose user must own no other bucket; those of IAM
 * and STS, with other users and an identity provider beside them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNeedlestack } from '@needlestack/test-servers';
import { makePolicyUser } from './make-policy-user.ts';
import { readList } from './read-list.ts';
import { collectIds, runSuite, type SuitePlace } from './run-suite.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';
import {
  DEBUG_DAY_SECONDS,
  ISSUER_URL,
  identitiesOf,
  identitySuiteUsers,
  KMS_KEYS,
  SUITE_REGION,
  SUITE_USERS,
  type SuiteTokens,
  type SuiteUser,
  suiteConfiguration,
  TAGGED_TOKEN_CLAIMS,
  TOKEN_CLAIMS,
} from './users.ts';

const suite = process.env.S3_TESTS;
if (suite === undefined) {
  process.stderr.write('S3_TESTS names no clone of https://github.com/ceph/s3-tests\n');
  process.exit(2);
}

const [list = 'passing', ...rest] = process.argv.slice(2);
const isId = (argument: string): boolean => argument.includes('.py::');
const chosen = rest.filter(isId);
const pytestArguments = rest.filter((argument) => !isId(argument));
const ids = chosen.length > 0 ? chosen : readList(list);
const groupOf = (id: string): 'identities' | 'alone' | 'others' => {
  if (/\/test_(?:iam|sts)\.py::/.test(id)) return 'identities';
  return id.endsWith('::test_list_buckets_paginated') ? 'alone' : 'others';
};

const directory = mkdtempSync(join(tmpdir(), 'needlestack-s3-tests-'));
const inDirectory = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};

const startStore = (users: readonly SuiteUser[]) =>
  startNeedlestack({
    flags: [
      '-s3.compat=rgw',
      `-region=${SUITE_REGION}`,
      `-s3.config=${inDirectory('identities.json', JSON.stringify(identitiesOf(users)))}`,
      `-s3.lifecycle.debugDay=${DEBUG_DAY_SECONDS}s`,
      `-kms.keys=needlestack,${KMS_KEYS.join(',')}`,
    ],
  });

const placeOf = (port: number, users: readonly SuiteUser[], tokens?: SuiteTokens): SuitePlace => ({
  suite,
  python: process.env.S3_TESTS_PYTHON ?? 'python3',
  environment: {
    ...process.env,
    AWS_DEFAULT_REGION: SUITE_REGION,
    // The suite's requirements leave out botocore's C part. Where it is installed all the same it signs in place of botocore, and neither an empty
    // region nor a lifetime of zero, and reads bodies twice.
    BOTO_DISABLE_CRT: 'true',
    S3TEST_CONF: inDirectory('s3tests.conf', suiteConfiguration(port, users, tokens)),
  },
});
const orderOf = (wanted: readonly string[]): readonly string[] => [
  `@${inDirectory('ids', `${wanted.join('\n')}\n`)}`,
  ...pytestArguments,
];
const IN_ONE_WORKER = pytestArguments.includes('-n') ? ['-n', '0'] : [];

async function runPlain(wanted: readonly string[], more: readonly string[] = []): Promise<number> {
  const store = await startStore(SUITE_USERS);
  try {
    return await runSuite(placeOf(store.ports.s3, SUITE_USERS), [...orderOf(wanted), ...more]);
  } finally {
    await store.stop();
  }
}

async function runIdentities(wanted: readonly string[]): Promise<number> {
  const roots = identitySuiteUsers().filter(({ userId }) => userId === undefined);
  const store = await startStore(roots);
  let issuer: TokenIssuer | undefined;
  try {
    issuer = await startTokenIssuer(ISSUER_URL);
    const tokens = { token: issuer.issueToken(TOKEN_CLAIMS), userToken: issuer.issueToken(TAGGED_TOKEN_CLAIMS) };
    const users = identitySuiteUsers(await makePolicyUser(store.urlOf('s3'), store.credentials));
    return await runSuite(placeOf(store.ports.s3, users, tokens), [...orderOf(wanted), ...IN_ONE_WORKER]);
  } finally {
    issuer?.close();
    await store.stop();
  }
}

/** What pytest ends with when no test was left to run. */
const NOTHING_SELECTED = 5;

let status = 1;
try {
  const collected = collectIds(placeOf(1, SUITE_USERS), ids);
  const missing = ids.filter((id) => !collected.has(id));
  if (missing.length > 0) process.stderr.write(`not in the suite:\n${missing.join('\n')}\n`);
  else {
    const { others = [], alone = [], identities = [] } = Object.groupBy(ids, groupOf);
    const statuses: number[] = [];
    if (others.length > 0) statuses.push(await runPlain(others));
    if (alone.length > 0) statuses.push(await runPlain(alone, IN_ONE_WORKER));
    if (identities.length > 0) statuses.push(await runIdentities(identities));
    // With -k, a group may have nothing to run.
    status = statuses.find((one) => one !== 0 && one !== NOTHING_SELECTED) ?? Math.min(...statuses);
  }
} finally {
  rmSync(directory, { recursive: true });
}
process.exitCode = status;
