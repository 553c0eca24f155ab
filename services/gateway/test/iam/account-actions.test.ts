/** What describes an account as a whole, what tools ask of it, and the keys of its root. */
import { setTimeout as pause } from 'node:timers/promises';
import { credentialsOf, type QueryAnswer, QueryClient } from '../support/query-client.ts';
import { type AccessStore, MAIN_ACCOUNT, startAccessStore } from '../support/start-access-store.ts';
import { TestClient } from '../support/test-client.ts';
import { ACCOUNT_ACTIONS } from './account-actions.ts';

const ALLOW_S3 = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
const TRUST = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"${MAIN_ACCOUNT}"},"Action":"sts:AssumeRole"}]}`;
const S3_FULL = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';

let access: AccessStore;
let iam: QueryClient;
const called = new Set<string>();

type Parameters = Readonly<Record<string, string | number>>;
const ok = async (action: string, parameters: Parameters = {}): Promise<QueryAnswer> => {
  const answer = await iam.call(action, parameters);
  if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${answer.text}`);
  called.add(action);
  return answer;
};
const refused = async (code: string, action: string, parameters: Parameters = {}) => {
  const answer = await iam.call(action, parameters);
  expect([action, answer.code]).toEqual([action, code]);
  called.add(action);
};

beforeEach(async () => {
  access = await startAccessStore();
  iam = new QueryClient(access.store.port, 'iam', { accessKeyId: 'KEY-main', secretAccessKey: 'secret-of-main' });
});
afterEach(() => access.close());

test('instance profiles hold a role, which stays as long as they do', async () => {
  const profile = { InstanceProfileName: 'machine' };
  const made = await ok('CreateInstanceProfile', {
    ...profile,
    Path: '/x/',
    'Tags.member.1.Key': 'k',
    'Tags.member.1.Value': 'v',
  });
  expect(made.element('Arn')).toBe(`arn:aws:iam::${MAIN_ACCOUNT}:instance-profile/x/machine`);
  expect(made.element('InstanceProfileId')).toMatch(/^AIPA[A-Z2-7]{16}$/);
  await refused('EntityAlreadyExists', 'CreateInstanceProfile', { InstanceProfileName: 'MACHINE' });
  await refused('NoSuchEntity', 'AddRoleToInstanceProfile', { ...profile, RoleName: 'r' });
  for (const RoleName of ['r', 'other']) await ok('CreateRole', { RoleName, AssumeRolePolicyDocument: TRUST });
  await ok('AddRoleToInstanceProfile', { ...profile, RoleName: 'r' });
  await refused('LimitExceeded', 'AddRoleToInstanceProfile', { ...profile, RoleName: 'other' });
  expect((await ok('GetInstanceProfile', profile)).element('RoleName')).toBe('r');
  expect((await ok('ListInstanceProfilesForRole', { RoleName: 'r' })).elements('InstanceProfileName')).toEqual([
    'machine',
  ]);
  expect((await ok('ListInstanceProfilesForRole', { RoleName: 'other' })).elements('InstanceProfileName')).toEqual([]);
  expect((await ok('ListInstanceProfiles')).elements('RoleName')).toEqual(['r']);
  expect((await ok('ListInstanceProfiles', { PathPrefix: '/y/' })).elements('RoleName')).toEqual([]);
  await refused('DeleteConflict', 'DeleteRole', { RoleName: 'r' });
  await refused('DeleteConflict', 'DeleteInstanceProfile', profile);
  await refused('NoSuchEntity', 'RemoveRoleFromInstanceProfile', { ...profile, RoleName: 'other' });
  await ok('RemoveRoleFromInstanceProfile', { ...profile, RoleName: 'r' });
  await ok('DeleteRole', { RoleName: 'r' });
  await ok('TagInstanceProfile', { ...profile, 'Tags.member.1.Key': 'l', 'Tags.member.1.Value': 'w' });
  await ok('UntagInstanceProfile', { ...profile, 'TagKeys.member.1': 'k' });
  expect((await ok('ListInstanceProfileTags', profile)).elements('Key')).toEqual(['l']);
  expect((await ok('GetAccountSummary')).text).toContain('<key>InstanceProfiles</key><value>1</value>');
  await ok('DeleteInstanceProfile', profile);
  await refused('NoSuchEntity', 'GetInstanceProfile', profile);
  await refused('NoSuchEntity', 'DeleteInstanceProfile', profile);
});

test('the details of an account are all there is, over pages and by kind', async () => {
  for (const UserName of ['alice', 'bob']) await ok('CreateUser', { UserName });
  await ok('CreateGroup', { GroupName: 'g' });
  await ok('AddUserToGroup', { GroupName: 'g', UserName: 'alice' });
  await ok('PutUserPolicy', { UserName: 'alice', PolicyName: 'inline', PolicyDocument: ALLOW_S3 });
  await ok('AttachGroupPolicy', { GroupName: 'g', PolicyArn: S3_FULL });
  await ok('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: TRUST });
  await ok('CreateInstanceProfile', { InstanceProfileName: 'machine' });
  await ok('AddRoleToInstanceProfile', { InstanceProfileName: 'machine', RoleName: 'r' });
  const PolicyArn = (await ok('CreatePolicy', { PolicyName: 'p', PolicyDocument: ALLOW_S3 })).element('Arn') ?? '';
  await ok('CreatePolicyVersion', { PolicyArn, PolicyDocument: ALLOW_S3 });
  const all = await ok('GetAccountAuthorizationDetails');
  expect(all.elements('UserName')).toEqual(['alice', 'bob']);
  expect(all.text).toContain('<GroupList><member>g</member></GroupList>');
  expect(decodeURIComponent(all.element('PolicyDocument') ?? '')).toBe(ALLOW_S3);
  expect(all.elements('GroupName')).toEqual(['g']);
  expect(all.elements('InstanceProfileName')).toEqual(['machine']);
  expect(all.elements('VersionId').slice(0, 2)).toEqual(['v1', 'v2']);
  expect(all.elements('PolicyName')).toEqual(
    expect.arrayContaining(['inline', 'p', 'AmazonS3FullAccess', 'IAMReadOnlyAccess']),
  );
  const seen: string[] = [];
  let Marker: string | undefined;
  let pages = 0;
  do {
    const page = await ok('GetAccountAuthorizationDetails', {
      MaxItems: 2,
      ...(Marker === undefined ? {} : { Marker }),
    });
    for (const list of ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'])
      seen.push(...membersOf(page.text, list));
    Marker = page.element('Marker');
    pages += 1;
  } while (Marker !== undefined);
  expect(pages).toBe(3);
  // A role's profiles show the role once more.
  expect([...new Set(seen)].slice(0, 5)).toEqual(['user/alice', 'user/bob', 'group/g', 'role/r', 'policy/p']);
  const roles = await ok('GetAccountAuthorizationDetails', { 'Filter.member.1': 'Role' });
  expect([roles.elements('UserName'), membersOf(roles.text, 'RoleDetailList')]).toEqual([[], ['role/r', 'role/r']]);
  const ofAws = await ok('GetAccountAuthorizationDetails', { 'Filter.member.1': 'AWSManagedPolicy' });
  expect([ofAws.elements('UserName'), ofAws.elements('PolicyName')]).toEqual([
    [],
    expect.arrayContaining(['AmazonS3FullAccess']),
  ]);
  await refused('ValidationError', 'GetAccountAuthorizationDetails', { 'Filter.member.1': 'Everything' });
  await refused('ValidationError', 'GetAccountAuthorizationDetails', { Marker: 'bm90aGluZw' });
});

/** Kind and name of an entity's ARN, for each entry of a list of details. */
const membersOf = (text: string, list: string): string[] => {
  const inner = new RegExp(`<${list}>(.*)</${list}>`, 's').exec(text)?.[1] ?? '';
  return [...inner.matchAll(/<Arn>arn:aws:iam::\d+:((?:user|group|role|policy)\/\w+)<\/Arn>/g)].map(
    ([, name = '']) => name,
  );
};

/** Uses are noted beside the request that made them. */
const useNoted = async (AccessKeyId: string, service = 's3'): Promise<void> => {
  while ((await ok('GetAccessKeyLastUsed', { AccessKeyId })).element('ServiceName') !== service) await pause(5);
};

test('the credential report says who has keys and when they were used', async () => {
  await ok('CreateUser', { UserName: 'with,comma' });
  const key = credentialsOf(await ok('CreateAccessKey', { UserName: 'with,comma' }));
  await ok('CreateAccessKey', { UserName: 'with,comma' });
  expect((await new TestClient(access.store.port, key).call('GET', '/')).code).toBe('AccessDenied');
  await useNoted(key.accessKeyId);
  expect((await ok('GenerateCredentialReport')).element('State')).toBe('COMPLETE');
  const report = await ok('GetCredentialReport');
  expect(report.element('ReportFormat')).toBe('text/csv');
  const lines = Buffer.from(report.element('Content') ?? '', 'base64')
    .toString()
    .split('\n');
  const [header = '', root = '', user = '', ...more] = lines;
  expect(more).toEqual([]);
  expect(header.split(',')).toHaveLength(22);
  expect(root).toMatch(new RegExp(`^<root_account>,arn:aws:iam::${MAIN_ACCOUNT}:root,N/A,false,`));
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  expect(user).toMatch(
    new RegExp(
      `^"with,comma","arn:aws:iam::${MAIN_ACCOUNT}:user/with,comma",${time},false,N/A,N/A,N/A,false,true,${time},${time},us-east-1,s3,true,${time},N/A,N/A,N/A,false`,
    ),
  );
});

test('context keys are what the policies ask for', async () => {
  const document = (key: string, resource: string) =>
    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"${resource}","Condition":{"StringEquals":{"${key}":"x"}}}]}`;
  const variable = 'arn:aws:s3:::b/$' + '{aws:username}/*';
  const custom = await ok('GetContextKeysForCustomPolicy', {
    'PolicyInputList.member.1': document('aws:PrincipalTag/Team', variable),
    'PolicyInputList.member.2': document('aws:SourceIp', '*'),
  });
  expect(custom.elements('member')).toEqual(['aws:principaltag/Team', 'aws:sourceip', 'aws:username']);
  await refused('ValidationError', 'GetContextKeysForCustomPolicy');
  await ok('CreateUser', { UserName: 'asks' });
  await ok('PutUserPolicy', { UserName: 'asks', PolicyName: 'p', PolicyDocument: document('aws:Referer', '*') });
  const source = { PolicySourceArn: `arn:aws:iam::${MAIN_ACCOUNT}:user/asks` };
  expect((await ok('GetContextKeysForPrincipalPolicy', source)).elements('member')).toEqual(['aws:referer']);
  await refused('NoSuchEntity', 'GetContextKeysForPrincipalPolicy', {
    PolicySourceArn: `${source.PolicySourceArn}x`,
  });
});

test('a simulation names the context that its policies ask for and nobody told', async () => {
  const conditional =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/Team":"blue","s3:ExistingObjectTag/a":"b"}}}]}';
  const simulate = (more: Parameters = {}) =>
    ok('SimulateCustomPolicy', {
      'PolicyInputList.member.1': conditional,
      'ActionNames.member.1': 's3:GetObject',
      'ContextEntries.member.1.ContextKeyName': 's3:ExistingObjectTag/a',
      'ContextEntries.member.1.ContextKeyType': 'string',
      'ContextEntries.member.1.ContextKeyValues.member.1': 'b',
      ...more,
    });
  const one = await simulate();
  expect([one.element('EvalDecision'), one.text.includes('<member>aws:principaltag/Team</member>')]).toEqual([
    'implicitDeny',
    true,
  ]);
  const both = await simulate({
    'ContextEntries.member.2.ContextKeyName': 'aws:PrincipalTag/Team',
    'ContextEntries.member.2.ContextKeyType': 'string',
    'ContextEntries.member.2.ContextKeyValues.member.1': 'blue',
  });
  expect([both.element('EvalDecision'), both.text.includes('<MissingContextValues></MissingContextValues>')]).toEqual([
    'allowed',
    true,
  ]);
});

test('of what nobody can have there is nothing', async () => {
  await ok('CreateUser', { UserName: 'plain' });
  const user = { UserName: 'plain' };
  for (const action of [
    'ListSSHPublicKeys',
    'ListSigningCertificates',
    'ListServiceSpecificCredentials',
    'ListMFADevices',
  ]) {
    expect((await ok(action, user)).elements('member')).toEqual([]);
    await ok(action);
    await refused('NoSuchEntity', action, { UserName: 'nobody' });
  }
  for (const action of ['ListVirtualMFADevices', 'ListServerCertificates', 'ListSAMLProviders'])
    expect((await ok(action)).element('IsTruncated')).toBe('false');
});

test("keys of an account's root: made, listed, shut, used, removed by the root alone", async () => {
  const made = await ok('CreateAccessKey');
  const key = credentialsOf(made);
  const asRoot = new QueryClient(access.store.port, 'iam', key);
  const s3 = new TestClient(access.store.port, key);
  expect((await asRoot.call('GetUser')).element('Arn')).toBe(`arn:aws:iam::${MAIN_ACCOUNT}:root`);
  expect((await s3.call('PUT', '/by-root-key')).status).toBe(200);
  expect((await access.store.catalog.getBucket('by-root-key'))?.ownerId).toBe(MAIN_ACCOUNT);
  expect((await ok('ListAccessKeys')).elements('AccessKeyId')).toEqual([key.accessKeyId]);
  expect((await ok('GetAccountSummary')).text).toContain('<key>AccountAccessKeysPresent</key><value>1</value>');
  await useNoted(key.accessKeyId, 'iam');
  await ok('CreateAccessKey');
  await refused('LimitExceeded', 'CreateAccessKey');
  await ok('UpdateAccessKey', { AccessKeyId: key.accessKeyId, Status: 'Inactive' });
  expect((await s3.call('GET', '/')).code).toBe('InvalidAccessKeyId');
  await ok('UpdateAccessKey', { AccessKeyId: key.accessKeyId, Status: 'Active' });
  const sts = new QueryClient(access.store.port, 'sts', key);
  const session = credentialsOf(await sts.call('GetSessionToken'));
  const asSession = new QueryClient(access.store.port, 'iam', session);
  expect((await asSession.call('ListUsers')).status).toBe(200);
  expect((await asSession.call('CreateAccessKey')).code).toBe('AccessDenied');
  await ok('CreateUser', { UserName: 'admin' });
  const PolicyDocument = ALLOW_S3.replace('s3:*', '*');
  await ok('PutUserPolicy', { UserName: 'admin', PolicyName: 'p', PolicyDocument });
  const admin = credentialsOf(await ok('CreateAccessKey', { UserName: 'admin' }));
  const asAdmin = new QueryClient(access.store.port, 'iam', admin);
  expect((await asAdmin.call('DeleteAccessKey', { AccessKeyId: key.accessKeyId })).code).toBe('NoSuchEntity');
  expect((await asAdmin.call('ListAccessKeys')).elements('AccessKeyId')).toEqual([admin.accessKeyId]);
  await ok('DeleteAccessKey', { AccessKeyId: key.accessKeyId });
  expect((await s3.call('GET', '/')).code).toBe('InvalidAccessKeyId');
  await refused('NoSuchEntity', 'DeleteAccessKey', { AccessKeyId: key.accessKeyId });
});

test('every action of the list was called here', () => {
  expect(ACCOUNT_ACTIONS.filter((name) => !called.has(name))).toEqual([]);
});
