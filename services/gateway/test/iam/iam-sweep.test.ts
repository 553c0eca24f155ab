/** Every action of IAM, asked by callers who may do nothing: none succeeds, and nothing has changed. */
import { IAM_KINDS } from '@needlestack/service-contracts';
import { IAM_SERVICE } from '../../src/http/query-api/iam/iam-service.ts';
import { credentialsOf, type QueryAnswer, QueryClient } from '../support/query-client.ts';
import { type AccessStore, ALT_ACCOUNT, MAIN_ACCOUNT, startAccessStore } from '../support/start-access-store.ts';

const ALLOW_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const TRUST = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"${MAIN_ACCOUNT}"},"Action":"sts:AssumeRole"}]}`;
const arnOf = (rest: string) => `arn:aws:iam::${MAIN_ACCOUNT}:${rest}`;

/** Enough for every action to be understood: what the main account has. */
const PARAMETERS = {
  UserName: 'target',
  GroupName: 'group',
  RoleName: 'role',
  PolicyName: 'inline',
  InstanceProfileName: 'profile',
  PolicyArn: arnOf('policy/managed'),
  PermissionsBoundary: arnOf('policy/managed'),
  OpenIDConnectProviderArn: arnOf('oidc-provider/idp.example.com'),
  PolicySourceArn: arnOf('user/target'),
  Url: 'https://other.example.com',
  PolicyDocument: ALLOW_ALL,
  AssumeRolePolicyDocument: TRUST,
  Description: 'words',
  VersionId: 'v1',
  Status: 'Inactive',
  ClientID: 'client',
  AccountAlias: 'some-alias',
  NewUserName: 'renamed',
  NewGroupName: 'renamed',
  'PolicyInputList.member.1': ALLOW_ALL,
  'ActionNames.member.1': 's3:GetObject',
  'ThumbprintList.member.1': 'a'.repeat(40),
  'Tags.member.1.Key': 'k',
  'Tags.member.1.Value': 'v',
  'TagKeys.member.1': 'k',
  Password: 'Old-password-1',
  OldPassword: 'Old-password-1',
  NewPassword: 'New-password-2',
};

let access: AccessStore;
let iam: QueryClient;
let targetKeyId: string;

const must = async (answer: Promise<QueryAnswer>): Promise<QueryAnswer> => {
  const { status, text } = await answer;
  if (status !== 200) throw new Error(text);
  return answer;
};
const makeUser = async (by: QueryClient, UserName: string) => {
  await must(by.call('CreateUser', { UserName }));
  return credentialsOf(await must(by.call('CreateAccessKey', { UserName })));
};
const clientOf = (name: string) =>
  new QueryClient(access.store.port, 'iam', { accessKeyId: `KEY-${name}`, secretAccessKey: `secret-of-${name}` });

beforeAll(async () => {
  access = await startAccessStore();
  iam = clientOf('main');
  targetKeyId = (await makeUser(iam, 'target')).accessKeyId;
  await must(iam.call('CreateGroup', { GroupName: 'group' }));
  await must(iam.call('CreateRole', { RoleName: 'role', AssumeRolePolicyDocument: TRUST }));
  await must(iam.call('CreatePolicy', { PolicyName: 'managed', PolicyDocument: ALLOW_ALL }));
  await must(iam.call('CreateInstanceProfile', { InstanceProfileName: 'profile' }));
  await must(iam.call('CreateOpenIDConnectProvider', { Url: 'https://idp.example.com' }));
  await must(iam.call('CreateLoginProfile', { UserName: 'target', Password: 'Old-password-1' }));
  await must(iam.call('UpdateAccountPasswordPolicy', { MinimumPasswordLength: 9 }));
  await must(iam.call('PutUserPolicy', { UserName: 'target', PolicyName: 'inline', PolicyDocument: ALLOW_ALL }));
});
afterAll(() => access.close());

/** All that the catalog keeps of the account. */
const readAccount = async (): Promise<unknown> => {
  const { catalog } = access.store;
  const lists = await Promise.all(
    IAM_KINDS.map((kind) => catalog.readIam('entities', { accountId: MAIN_ACCOUNT, kind, startAfter: '', max: 100 })),
  );
  const passwords = await catalog.readIam('password-hashes', { accountId: MAIN_ACCOUNT, name: 'target' });
  return [...lists, passwords, await catalog.readIam('account', { accountId: MAIN_ACCOUNT })];
};

const sweep = async (caller: QueryClient, more: Readonly<Record<string, string>> = {}) => {
  const before = await readAccount();
  const outcomes: Record<string, string> = {};
  for (const action of IAM_SERVICE.actions.keys()) {
    const answer = await caller.call(action, { ...PARAMETERS, AccessKeyId: targetKeyId, ...more });
    outcomes[action] = answer.status === 200 ? 'done' : (answer.code ?? 'no code');
  }
  expect(await readAccount()).toEqual(before);
  return outcomes;
};

const everyAction = (outcome: string) =>
  Object.fromEntries([...IAM_SERVICE.actions.keys()].map((action) => [action, outcome]));

test('a user without policies is refused every action, also on itself', async () => {
  const nobody = new QueryClient(access.store.port, 'iam', await makeUser(iam, 'powerless'));
  expect(await sweep(nobody)).toEqual(everyAction('AccessDenied'));
  expect(await sweep(nobody, { UserName: 'powerless' })).toEqual(everyAction('AccessDenied'));
});

test('so is an identity of the file without Admin', async () => {
  expect(await sweep(clientOf('user'))).toEqual(everyAction('AccessDenied'));
});

test('nobody without signature: such calls are those of STS, which has no action of these', async () => {
  const unsigned = new QueryClient(access.store.port, 'iam');
  expect(await sweep(unsigned)).toEqual(everyAction('InvalidAction'));
});

test('the root of another account, and a user of it who may do everything, reach nothing of this one', async () => {
  const alt = clientOf('alt');
  const before = await readAccount();
  const everything = await makeUser(alt, 'mighty');
  await must(alt.call('PutUserPolicy', { UserName: 'mighty', PolicyName: 'all', PolicyDocument: ALLOW_ALL }));
  for (const caller of [alt, new QueryClient(access.store.port, 'iam', everything)])
    for (const action of IAM_SERVICE.actions.keys()) {
      const answer = await caller.call(action, { ...PARAMETERS, AccessKeyId: targetKeyId });
      // Their own account is theirs; of this one no ARN is shown, but where the caller gave it.
      expect([
        action,
        [...answer.text.matchAll(/arn:aws:iam::(\d+):(?:user|group|role|instance-profile)\//g)]
          .map(([, account]) => account)
          .filter((account) => account !== ALT_ACCOUNT && answer.status === 200),
      ]).toEqual([action, []]);
    }
  expect(await readAccount()).toEqual(before);
});
