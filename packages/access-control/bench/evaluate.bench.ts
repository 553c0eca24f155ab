/** `node --expose-gc packages/access-control/bench/evaluate.bench.ts`: decisions among 10,000 users and 1,000 policies, and the memory of these. */
import {
  decideAccess,
  NO_FACTS,
  NO_PERMISSIONS,
  type Policy,
  type Principal,
  parseBucketPolicy,
  parsePolicy,
} from '../src/index.ts';

const USERS = 10_000;
const POLICIES = 1_000;
const ROUNDS = 200_000;
const ACCOUNT = '111111111111';

const heapBytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
const report = (name: string, text: string): void => {
  process.stdout.write(`${name.padEnd(60)} ${text}\n`);
};
const emptyBytes = heapBytes();

const policies: Policy[] = Array.from({ length: POLICIES }, (_, index) =>
  parsePolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject'],
          Resource: `arn:aws:s3:::bucket-${index}/home/$\u007baws:username}/*`,
        },
        {
          Effect: 'Allow',
          Action: 's3:List*',
          Resource: `arn:aws:s3:::bucket-${index}`,
          Condition: { StringLike: { 's3:prefix': 'home/*' } },
        },
        {
          Effect: 'Deny',
          Action: 's3:Delete*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    }),
    { kind: 'identity' },
  ),
);
const policiesBytes = heapBytes();
const policyAt = (index: number): Policy => policies[index % POLICIES] as Policy;
/** Each with ten policies, of itself and of its groups. */
const users: Principal[] = Array.from({ length: USERS }, (_, index) => ({
  kind: 'user',
  name: `user-${index}`,
  accountId: ACCOUNT,
  displayName: '',
  arn: `arn:aws:iam::${ACCOUNT}:user/user-${index}`,
  userId: `AIDA${index}`,
  permissions: NO_PERMISSIONS,
  policies: { identity: Array.from({ length: 10 }, (_, more) => policyAt(index + more * 97)) },
}));
const usersBytes = heapBytes();
const bucketPolicy = parseBucketPolicy(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: Array.from({ length: 50 }, (_, index) => ({
      Effect: 'Allow',
      Principal: {
        AWS: Array.from({ length: 3 }, (_, more) => `arn:aws:iam::${ACCOUNT}:user/user-${index * 3 + more}`),
      },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::bucket-0/team-${index}/*`,
    })),
  }),
  { bucket: 'bucket-0', isLenient: false },
);

const measure = (name: string, ask: (round: number) => boolean): void => {
  let allowed = 0;
  for (let round = 0; round < ROUNDS / 4; round += 1) if (ask(round)) allowed += 1;
  // Of the process alone: what else runs on the machine does not count.
  const start = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) if (ask(round)) allowed += 1;
  const { user, system } = process.cpuUsage(start);
  const microseconds = (user + system) / ROUNDS;
  report(name, `${microseconds.toFixed(2)} us  (${allowed} allowed)`);
};

const userAt = (round: number): Principal => users[(round * 7_919) % USERS] as Principal;
const facts = (principal: Principal) => (name: string) =>
  name === 'aws:username' ? [principal.name] : name === 'aws:securetransport' ? ['true'] : undefined;
const ask = (principal: Principal, bucket: string, key: string, policy: Policy | undefined) =>
  decideAccess({
    principal,
    action: 's3:GetObject',
    bucket,
    key,
    ownerAccountId: ACCOUNT,
    policy,
    facts: facts(principal),
  }).isAllowed;

measure('a user of ten policies, allowed by the last', (round) => {
  const principal = userAt(round);
  const index = Number(principal.name.slice(5));
  return ask(principal, `bucket-${(index + 9 * 97) % POLICIES}`, `home/${principal.name}/x`, undefined);
});
measure('a user of ten policies, allowed by none', (round) => ask(userAt(round), 'elsewhere', 'key', undefined));
measure('the same, and a bucket policy of fifty statements', (round) =>
  ask(userAt(round), 'bucket-0', `team-${round % 50}/x`, bucketPolicy),
);
const owner: Principal = { ...(users[0] as Principal), kind: 'account', arn: `arn:aws:iam::${ACCOUNT}:root` };
const { policies: _none, ...root } = owner;
measure(
  "the account's root",
  () =>
    decideAccess({
      principal: root,
      action: 's3:GetObject',
      bucket: 'b',
      key: 'k',
      ownerAccountId: ACCOUNT,
      facts: NO_FACTS,
    }).isAllowed,
);
if (globalThis.gc !== undefined) {
  report('heap of 1,000 policies', `${((policiesBytes - emptyBytes) / 1e6).toFixed(1)} MB`);
  report('heap of 10,000 users', `${((usersBytes - policiesBytes) / 1e6).toFixed(1)} MB`);
  report('heap after all decisions', `${((heapBytes() - emptyBytes) / 1e6).toFixed(1)} MB`);
}
// Until here nothing of it may be collected.
if (users.length + policies.length !== USERS + POLICIES) throw new Error('users or policies are gone');
