/**
 * Runs the tests that a list names of a clone of ceph's s3-tests against stores of their own, RGW-style clients welcome.
 *
 *   S3_TESTS=<clone> [S3_TESTS_PYTHON=<python with the suite's requirements>] node test-e2e/s3-tests/run.ts [list] [pytest arguments]
 *
 * A list is a file of ids beside this one, without `.txt`: `passing` when none is named; ids may follow it, and then those alone are run. The tests
 * of IAM and STS run apart from the others: with other users, in one worker, an identity provider beside them. Ends with pytest's status; an id that the
 * suite does not have is a failure, so that a list cannot grow stale unseen.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNeedlestack } from '@needlestack/test-servers';
import { makePolicyUser } from './make-policy-user.ts';
import { collectIds, runSuite, type SuitePlace } from './run-suite.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';
import {
  DEBUG_DAY_SECONDS,
  ISSUER_URL,
  identitiesOf,
  identitySuiteUsers,
  KMS_KEYS,
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
const listed = readFileSync(new URL(`./${list}.txt`, import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.replace(/\s+#.*$/, ''))
  .filter((line) => line !== '' && !line.startsWith('#'));
const ids = chosen.length > 0 ? chosen : listed;
const isOfIdentities = (id: string): boolean => /\/test_(?:iam|sts)\.py::/.test(id);

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
      `-s3.config=${inDirectory('identities.json', JSON.stringify(identitiesOf(users)))}`,
      `-s3.lifecycle.debugDay=${DEBUG_DAY_SECONDS}s`,
      `-kms.keys=needlestack,${KMS_KEYS.join(',')}`,
    ],
  });

const placeOf = (port: number, users: readonly SuiteUser[], tokens?: SuiteTokens): SuitePlace => ({
  suite,
  python: process.env.S3_TESTS_PYTHON ?? 'python3',
  environment: { ...process.env, S3TEST_CONF: inDirectory('s3tests.conf', suiteConfiguration(port, users, tokens)) },
});

async function runPlain(wanted: readonly string[]): Promise<number> {
  const store = await startStore(SUITE_USERS);
  try {
    const place = placeOf(store.ports.s3, SUITE_USERS);
    return await runSuite(place, [`@${inDirectory('ids', `${wanted.join('\n')}\n`)}`, ...pytestArguments]);
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
    const place = placeOf(store.ports.s3, users, tokens);
    // The suite signs with an empty region, which the C signer of botocore does not.
    const environment = { ...place.environment, BOTO_DISABLE_CRT: 'true' };
    const order = [`@${inDirectory('ids', `${wanted.join('\n')}\n`)}`, ...pytestArguments];
    return await runSuite({ ...place, environment }, [...order, ...(order.includes('-n') ? ['-n', '0'] : [])]);
  } finally {
    issuer?.close();
    await store.stop();
  }
}

let status = 1;
try {
  const collected = collectIds(placeOf(1, SUITE_USERS), ids);
  const missing = ids.filter((id) => !collected.has(id));
  if (missing.length > 0) process.stderr.write(`not in the suite:\n${missing.join('\n')}\n`);
  else {
    const plain = ids.filter((id) => !isOfIdentities(id));
    const identities = ids.filter(isOfIdentities);
    const first = plain.length === 0 ? 0 : await runPlain(plain);
    const second = identities.length === 0 ? 0 : await runIdentities(identities);
    status = first === 0 ? second : first;
  }
} finally {
  rmSync(directory, { recursive: true });
}
process.exitCode = status;
