/** IAM as an account's root uses it: each action, its answer, and what it refuses. */
import { setTimeout as pause } from 'node:timers/promises';
import { IAM_SERVICE } from '../../src/http/query-api/iam/iam-service.ts';
import { credentialsOf, QueryClient } from '../support/query-client.ts';
import { type AccessStore, MAIN_ACCOUNT, startAccessStore } from '../support/start-access-store.ts';
import { TestClient } from '../support/test-client.ts';
import { ACCOUNT_ACTIONS, PASSWORD_ACTIONS } from './account-actions.ts';

const ALLOW_S3 = '{"Version":"2012-10-17","Statement":[{"Sid":"all","Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
const TRUST = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"${MAIN_ACCOUNT}"},"Action":"sts:AssumeRole"}]}`;
const S3_FULL = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';

let access: AccessStore;
let iam: QueryClient;
/** Actions that some test here called with success. */
const served = new Set<string>();

const rootOf = (name: string) => ({ accessKeyId: `KEY-${name}`, secretAccessKey: `secret-of-${name}` });
const ok = async (action: string, parameters: Readonly<Record<string, string | number>> = {}) => {
  const answer = await iam.call(action, parameters);
  if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${answer.text}`);
  served.add(action);
  expect(answer.text).toContain(`<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">`);
  expect(answer.element('RequestId')).toBeDefined();
  return answer;
};
const refused = async (
  code: string,
  status: number,
  action: string,
  parameters: Readonly<Record<string, string | number>> = {},
) => {
  const answer = await iam.call(action, parameters);
  expect([action, answer.code, answer.status]).toEqual([action, code, status]);
  expect(answer.text).toContain('<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>');
};

beforeAll(async () => {
  access = await startAccessStore();
  iam = new QueryClient(access.store.port, 'iam', rootOf('main'));
});
afterAll(() => access.close());

test('users', async () => {
  const made = await ok('CreateUser', {
    UserName: 'Alice',
    Path: '/staff/',
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': '<a&b>',
  });
  expect(made.element('Arn')).toBe(`arn:aws:iam::${MAIN_ACCOUNT}:user/staff/Alice`);
  expect(made.element('UserId')).toMatch(/^AIDA[A-Z2-7]{16}$/);
  expect(made.element('Value')).toBe('&lt;a&amp;b&gt;');
  await refused('EntityAlreadyExists', 409, 'CreateUser', { UserName: 'alice' });
  await refused('ValidationError', 400, 'CreateUser', { UserName: 'a b' });
  await refused('ValidationError', 400, 'CreateUser', {});
  await refused('ValidationError', 400, 'CreateUser', { UserName: 'x', Path: 'nowhere' });
  await refused('NoSuchEntity', 404, 'CreateUser', {
    UserName: 'x',
    PermissionsBoundary: 'arn:aws:iam::aws:policy/Nothing',
  });
  await refused('InvalidInput', 400, 'CreateUser', {
    UserName: 'x',
    'Tags.member.1.Key': 'a',
    'Tags.member.1.Value': '',
    'Tags.member.2.Key': 'A',
    'Tags.member.2.Value': '',
  });
  expect((await ok('GetUser', { UserName: 'ALICE' })).element('UserName')).toBe('Alice');
  expect((await ok('GetUser')).element('Arn')).toBe(`arn:aws:iam::${MAIN_ACCOUNT}:root`);
  await refused('NoSuchEntity', 404, 'GetUser', { UserName: 'nobody' });
  await ok('UpdateUser', { UserName: 'Alice', NewUserName: 'Alicia', NewPath: '/' });
  await refused('NoSuchEntity', 404, 'UpdateUser', { UserName: 'Alice' });
  for (const name of ['b1', 'b2', 'b3']) await ok('CreateUser', { UserName: name, Path: '/b/' });
  const first = await ok('ListUsers', { PathPrefix: '/b/', MaxItems: 2 });
  expect(first.elements('UserName')).toEqual(['b1', 'b2']);
  expect(first.element('IsTruncated')).toBe('true');
  const rest = await ok('ListUsers', { PathPrefix: '/b/', MaxItems: 2, Marker: first.element('Marker') ?? '' });
  expect([rest.elements('UserName'), rest.element('IsTruncated')]).toEqual([['b3'], 'false']);
  await refused('ValidationError', 400, 'ListUsers', { Marker: '!' });
  await refused('ValidationError', 400, 'ListUsers', { MaxItems: 0 });
  await ok('TagUser', { UserName: 'b1', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' });
  expect((await ok('ListUserTags', { UserName: 'b1' })).elements('Key')).toEqual(['k']);
  await ok('UntagUser', { UserName: 'b1', 'TagKeys.member.1': 'k' });
  expect((await ok('ListUserTags', { UserName: 'b1' })).elements('Key')).toEqual([]);
  for (const name of ['Alicia', 'b1', 'b2', 'b3']) await ok('DeleteUser', { UserName: name });
  await refused('NoSuchEntity', 404, 'DeleteUser', { UserName: 'b1' });
});

test('access keys: the secret is shown once, kept sealed, and stops to count at once', async () => {
  await ok('CreateUser', { UserName: 'keys' });
  const made = await ok('CreateAccessKey', { UserName: 'keys' });
  const credentials = credentialsOf(made);
  expect(credentials.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(credentials.secretAccessKey).toHaveLength(40);
  const user = await access.store.catalog.readIam('entity', { accountId: MAIN_ACCOUNT, kind: 'user', name: 'keys' });
  expect(JSON.stringify(user)).not.toContain(credentials.secretAccessKey);
  const used = { AccessKeyId: credentials.accessKeyId };
  expect((await ok('GetAccessKeyLastUsed', used)).element('ServiceName')).toBe('N/A');
  await refused('NoSuchEntity', 404, 'GetAccessKeyLastUsed', { AccessKeyId: 'AKIA0000000000000000' });
  const s3 = new TestClient(access.store.port, credentials);
  expect((await s3.call('GET', '/')).code).toBe('AccessDenied');
  await ok('PutUserPolicy', { UserName: 'keys', PolicyName: 'p', PolicyDocument: ALLOW_S3 });
  expect((await s3.call('PUT', '/iam-bucket')).status).toBe(200);
  expect((await access.store.catalog.getBucket('iam-bucket'))?.ownerId).toBe(MAIN_ACCOUNT);
  // The use is noted beside the request.
  while ((await ok('GetAccessKeyLastUsed', used)).element('ServiceName') !== 's3') await pause(5);
  await ok('UpdateAccessKey', { UserName: 'keys', ...used, Status: 'Inactive' });
  expect((await s3.call('GET', '/')).code).toBe('InvalidAccessKeyId');
  await ok('UpdateAccessKey', { UserName: 'keys', ...used, Status: 'Active' });
  expect((await s3.call('GET', '/')).status).toBe(200);
  await refused('ValidationError', 400, 'UpdateAccessKey', { UserName: 'keys', ...used, Status: 'Odd' });
  await ok('CreateAccessKey', { UserName: 'keys' });
  await refused('LimitExceeded', 409, 'CreateAccessKey', { UserName: 'keys' });
  const keys = (await ok('ListAccessKeys', { UserName: 'keys' })).elements('AccessKeyId');
  expect(keys).toHaveLength(2);
  await refused('DeleteConflict', 409, 'DeleteUser', { UserName: 'keys' });
  for (const AccessKeyId of keys) await ok('DeleteAccessKey', { UserName: 'keys', AccessKeyId });
  expect((await s3.call('GET', '/')).code).toBe('InvalidAccessKeyId');
  await refused('NoSuchEntity', 404, 'DeleteAccessKey', { UserName: 'keys', ...used });
  await ok('DeleteUserPolicy', { UserName: 'keys', PolicyName: 'p' });
  await ok('DeleteUser', { UserName: 'keys' });
});

test('groups give their members what they may', async () => {
  await ok('CreateGroup', { GroupName: 'g', Path: '/x/' });
  await refused('EntityAlreadyExists', 409, 'CreateGroup', { GroupName: 'G' });
  await ok('CreateUser', { UserName: 'member' });
  await ok('AddUserToGroup', { GroupName: 'g', UserName: 'member' });
  await refused('NoSuchEntity', 404, 'AddUserToGroup', { GroupName: 'none', UserName: 'member' });
  await refused('NoSuchEntity', 404, 'AddUserToGroup', { GroupName: 'g', UserName: 'none' });
  const s3 = new TestClient(access.store.port, credentialsOf(await ok('CreateAccessKey', { UserName: 'member' })));
  expect((await s3.call('GET', '/')).code).toBe('AccessDenied');
  await ok('AttachGroupPolicy', { GroupName: 'g', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' });
  expect((await s3.call('GET', '/')).status).toBe(200);
  expect((await s3.call('PUT', '/not-this')).code).toBe('AccessDenied');
  await ok('UpdateGroup', { GroupName: 'g', NewGroupName: 'h' });
  expect((await s3.call('GET', '/')).status).toBe(200);
  const group = await ok('GetGroup', { GroupName: 'h' });
  expect([group.element('Arn'), group.elements('UserName')]).toEqual([
    `arn:aws:iam::${MAIN_ACCOUNT}:group/x/h`,
    ['member'],
  ]);
  expect((await ok('ListGroupsForUser', { UserName: 'member' })).elements('GroupName')).toEqual(['h']);
  expect((await ok('ListGroups')).elements('GroupName')).toEqual(['h']);
  await refused('DeleteConflict', 409, 'DeleteGroup', { GroupName: 'h' });
  await ok('RemoveUserFromGroup', { GroupName: 'h', UserName: 'member' });
  expect((await s3.call('GET', '/')).code).toBe('AccessDenied');
  await refused('DeleteConflict', 409, 'DeleteGroup', { GroupName: 'h' });
  await ok('DetachGroupPolicy', { GroupName: 'h', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' });
  await ok('DeleteGroup', { GroupName: 'h' });
  await refused('NoSuchEntity', 404, 'GetGroup', { GroupName: 'h' });
});

test.each([
  ['User', 'CreateUser', {}],
  ['Group', 'CreateGroup', {}],
  ['Role', 'CreateRole', { AssumeRolePolicyDocument: TRUST }],
])('inline and attached policies of a %s', async (noun, create, more) => {
  const name = { [`${noun}Name`]: 'holder' };
  await ok(create, { ...name, ...more });
  await ok(`Put${noun}Policy`, { ...name, PolicyName: 'one', PolicyDocument: ALLOW_S3 });
  await refused('MalformedPolicyDocument', 400, `Put${noun}Policy`, {
    ...name,
    PolicyName: 'two',
    PolicyDocument: '{}',
  });
  await refused('MalformedPolicyDocument', 400, `Put${noun}Policy`, {
    ...name,
    PolicyName: 'two',
    PolicyDocument: TRUST,
  });
  await refused('NoSuchEntity', 404, `Put${noun}Policy`, {
    [`${noun}Name`]: 'no',
    PolicyName: 'a',
    PolicyDocument: ALLOW_S3,
  });
  await refused('LimitExceeded', 409, `Put${noun}Policy`, {
    ...name,
    PolicyName: 'long',
    PolicyDocument: ALLOW_S3.replace('all', 'x'.repeat(12_000)),
  });
  const shown = await ok(`Get${noun}Policy`, { ...name, PolicyName: 'one' });
  expect(decodeURIComponent(shown.element('PolicyDocument') ?? '')).toBe(ALLOW_S3);
  await refused('NoSuchEntity', 404, `Get${noun}Policy`, { ...name, PolicyName: 'toString' });
  expect((await ok(`List${noun}Policies`, name)).elements('member')).toEqual(['one']);
  await ok(`Delete${noun}Policy`, { ...name, PolicyName: 'one' });
  await refused('NoSuchEntity', 404, `Delete${noun}Policy`, { ...name, PolicyName: 'one' });
  await ok(`Attach${noun}Policy`, { ...name, PolicyArn: S3_FULL });
  await refused('NoSuchEntity', 404, `Attach${noun}Policy`, { ...name, PolicyArn: 'arn:aws:iam::aws:policy/Nothing' });
  const listed = await ok(`ListAttached${noun}Policies`, name);
  expect([listed.elements('PolicyName'), listed.elements('PolicyArn')]).toEqual([['AmazonS3FullAccess'], [S3_FULL]]);
  expect((await ok('ListEntitiesForPolicy', { PolicyArn: S3_FULL })).elements(`${noun}Name`)).toEqual(['holder']);
  await refused('DeleteConflict', 409, `Delete${noun}`, name);
  await ok(`Detach${noun}Policy`, { ...name, PolicyArn: S3_FULL });
  await refused('NoSuchEntity', 404, `Detach${noun}Policy`, { ...name, PolicyArn: S3_FULL });
  await ok(`Delete${noun}`, name);
});

test('managed policies and their versions', async () => {
  const made = await ok('CreatePolicy', { PolicyName: 'p', Path: '/a/', Description: 'd', PolicyDocument: ALLOW_S3 });
  const PolicyArn = made.element('Arn') ?? '';
  expect(PolicyArn).toBe(`arn:aws:iam::${MAIN_ACCOUNT}:policy/a/p`);
  await refused('EntityAlreadyExists', 409, 'CreatePolicy', { PolicyName: 'P', PolicyDocument: ALLOW_S3 });
  await refused('MalformedPolicyDocument', 400, 'CreatePolicy', { PolicyName: 'q', PolicyDocument: 'no' });
  await refused('LimitExceeded', 409, 'CreatePolicy', { PolicyName: 'q', PolicyDocument: 'x'.repeat(6145) });
  expect((await ok('GetPolicy', { PolicyArn })).element('Description')).toBe('d');
  await refused('NoSuchEntity', 404, 'GetPolicy', { PolicyArn: `arn:aws:iam::${MAIN_ACCOUNT}:policy/p` });
  await refused('NoSuchEntity', 404, 'GetPolicy', { PolicyArn: 'arn:aws:iam::222222222222:policy/p' });
  const second = ALLOW_S3.replace('s3:*', 's3:Get*');
  await ok('CreatePolicyVersion', { PolicyArn, PolicyDocument: second, SetAsDefault: 'true' });
  const versions = await ok('ListPolicyVersions', { PolicyArn });
  expect([versions.elements('VersionId'), versions.elements('IsDefaultVersion')]).toEqual([
    ['v2', 'v1'],
    ['true', 'false'],
  ]);
  const shown = await ok('GetPolicyVersion', { PolicyArn, VersionId: 'v2' });
  expect(decodeURIComponent(shown.element('Document') ?? '')).toBe(second);
  await refused('NoSuchEntity', 404, 'GetPolicyVersion', { PolicyArn, VersionId: 'v3' });
  await ok('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' });
  await refused('DeleteConflict', 409, 'DeletePolicyVersion', { PolicyArn, VersionId: 'v1' });
  await refused('DeleteConflict', 409, 'DeletePolicy', { PolicyArn });
  await ok('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' });
  await ok('TagPolicy', { PolicyArn, 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' });
  expect((await ok('ListPolicyTags', { PolicyArn })).elements('Value')).toEqual(['v']);
  await ok('UntagPolicy', { PolicyArn, 'TagKeys.member.1': 'k' });
  expect((await ok('ListPolicies', { Scope: 'Local' })).elements('PolicyName')).toEqual(['p']);
  expect((await ok('ListPolicies', { Scope: 'AWS' })).elements('PolicyName')).toContain('IAMReadOnlyAccess');
  expect((await ok('ListPolicies', { OnlyAttached: 'true' })).elements('PolicyName')).toEqual([]);
  await ok('DeletePolicy', { PolicyArn });
  await refused('NoSuchEntity', 404, 'DeletePolicy', { PolicyArn });
});

test('roles', async () => {
  const made = await ok('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: TRUST, MaxSessionDuration: 7200 });
  expect([made.element('Arn'), made.element('MaxSessionDuration')]).toEqual([
    `arn:aws:iam::${MAIN_ACCOUNT}:role/r`,
    '7200',
  ]);
  await refused('MalformedPolicyDocument', 400, 'CreateRole', { RoleName: 'q', AssumeRolePolicyDocument: ALLOW_S3 });
  await refused('ValidationError', 400, 'CreateRole', {
    RoleName: 'q',
    AssumeRolePolicyDocument: TRUST,
    MaxSessionDuration: 60,
  });
  await ok('UpdateRole', { RoleName: 'r', Description: 'words', MaxSessionDuration: 3600 });
  expect((await ok('GetRole', { RoleName: 'r' })).element('Description')).toBe('words');
  await ok('UpdateRoleDescription', { RoleName: 'r', Description: 'other' });
  const trust = TRUST.replace('sts:AssumeRole', 'sts:*');
  await ok('UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: trust });
  const shown = (await ok('GetRole', { RoleName: 'r' })).element('AssumeRolePolicyDocument');
  expect(decodeURIComponent(shown ?? '')).toBe(trust);
  expect((await ok('ListRoles')).elements('RoleName')).toEqual(['r']);
  await ok('TagRole', { RoleName: 'r', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' });
  expect((await ok('ListRoleTags', { RoleName: 'r' })).elements('Key')).toEqual(['k']);
  await ok('UntagRole', { RoleName: 'r', 'TagKeys.member.1': 'k' });
  for (const [noun, name] of [
    ['Role', 'r'],
    ['User', 'bound'],
  ] as const) {
    if (noun === 'User') await ok('CreateUser', { UserName: name });
    const named = { [`${noun}Name`]: name };
    await ok(`Put${noun}PermissionsBoundary`, { ...named, PermissionsBoundary: S3_FULL });
    expect((await ok(`Get${noun}`, named)).element('PermissionsBoundaryArn')).toBe(S3_FULL);
    await ok(`Delete${noun}PermissionsBoundary`, named);
    await refused('NoSuchEntity', 404, `Delete${noun}PermissionsBoundary`, named);
    await ok(`Delete${noun}`, named);
  }
  await refused('NoSuchEntity', 404, 'GetRole', { RoleName: 'r' });
});

test('identity providers', async () => {
  const made = await ok('CreateOpenIDConnectProvider', {
    Url: 'https://idp.example.com/realm',
    'ClientIDList.member.1': 'app',
    'ThumbprintList.member.1': 'a'.repeat(40),
    'Tags.member.1.Key': 'k',
    'Tags.member.1.Value': 'v',
  });
  const arn = { OpenIDConnectProviderArn: made.element('OpenIDConnectProviderArn') ?? '' };
  expect(arn.OpenIDConnectProviderArn).toBe(`arn:aws:iam::${MAIN_ACCOUNT}:oidc-provider/idp.example.com/realm`);
  await refused('EntityAlreadyExists', 409, 'CreateOpenIDConnectProvider', { Url: 'https://idp.example.com/realm' });
  for (const Url of ['http://idp.example.com', 'ftp://x', 'https://x/?a', 'nothing'])
    await refused('ValidationError', 400, 'CreateOpenIDConnectProvider', { Url });
  await ok('AddClientIDToOpenIDConnectProvider', { ...arn, ClientID: 'other' });
  await ok('RemoveClientIDFromOpenIDConnectProvider', { ...arn, ClientID: 'app' });
  await ok('UpdateOpenIDConnectProviderThumbprint', { ...arn, 'ThumbprintList.member.1': 'b'.repeat(40) });
  const shown = await ok('GetOpenIDConnectProvider', arn);
  expect(shown.element('Url')).toBe('idp.example.com/realm');
  expect(shown.elements('member')).toEqual(['other', 'b'.repeat(40)]);
  expect((await ok('ListOpenIDConnectProviders')).elements('Arn')).toEqual([arn.OpenIDConnectProviderArn]);
  await ok('TagOpenIDConnectProvider', { ...arn, 'Tags.member.1.Key': 'l', 'Tags.member.1.Value': 'v' });
  await ok('UntagOpenIDConnectProvider', { ...arn, 'TagKeys.member.1': 'k' });
  expect((await ok('ListOpenIDConnectProviderTags', arn)).elements('Key')).toEqual(['l']);
  await ok('DeleteOpenIDConnectProvider', arn);
  await refused('NoSuchEntity', 404, 'GetOpenIDConnectProvider', arn);
});

test('the account', async () => {
  await ok('CreateAccountAlias', { AccountAlias: 'needle-stack' });
  expect((await ok('ListAccountAliases')).elements('member')).toEqual(['needle-stack']);
  await ok('DeleteAccountAlias', { AccountAlias: 'needle-stack' });
  await refused('NoSuchEntity', 404, 'DeleteAccountAlias', { AccountAlias: 'needle-stack' });
  await refused('ValidationError', 400, 'CreateAccountAlias', { AccountAlias: 'No' });
  expect((await ok('GetAccountSummary')).text).toContain(
    '<entry><key>AccessKeysPerUserQuota</key><value>2</value></entry>',
  );
});

test('simulation answers with the evaluator', async () => {
  const custom = await ok('SimulateCustomPolicy', {
    'PolicyInputList.member.1': ALLOW_S3.replace('s3:*', 's3:GetObject'),
    'ActionNames.member.1': 's3:GetObject',
    'ActionNames.member.2': 's3:PutObject',
    'ResourceArns.member.1': 'arn:aws:s3:::bucket/key',
  });
  expect(custom.elements('EvalDecision')).toEqual(['allowed', 'implicitDeny']);
  const conditional = ALLOW_S3.replace('"Resource"', '"Condition":{"StringEquals":{"aws:username":"bob"}},"Resource"');
  const withContext = (value: string) =>
    ok('SimulateCustomPolicy', {
      'PolicyInputList.member.1': conditional,
      'ActionNames.member.1': 's3:GetObject',
      'ContextEntries.member.1.ContextKeyName': 'aws:UserName',
      'ContextEntries.member.1.ContextKeyType': 'string',
      'ContextEntries.member.1.ContextKeyValues.member.1': value,
    });
  expect((await withContext('bob')).element('EvalDecision')).toBe('allowed');
  expect((await withContext('eve')).element('EvalDecision')).toBe('implicitDeny');
  await ok('CreateUser', { UserName: 'sim' });
  const deny = ALLOW_S3.replace('Allow', 'Deny');
  await ok('PutUserPolicy', { UserName: 'sim', PolicyName: 'deny', PolicyDocument: deny });
  const user = { PolicySourceArn: `arn:aws:iam::${MAIN_ACCOUNT}:user/sim`, 'ActionNames.member.1': 's3:GetObject' };
  const denied = await ok('SimulatePrincipalPolicy', user);
  expect([denied.element('EvalDecision'), denied.element('SourcePolicyId')]).toEqual(['explicitDeny', 'all']);
  await refused('NoSuchEntity', 404, 'SimulatePrincipalPolicy', {
    ...user,
    PolicySourceArn: `${user.PolicySourceArn}x`,
  });
  await refused('MalformedPolicyDocument', 400, 'SimulateCustomPolicy', {
    'PolicyInputList.member.1': '{',
    'ActionNames.member.1': 's3:Get',
  });
});

test('every action of IAM was called here or beside', () => {
  const others = new Set([...ACCOUNT_ACTIONS, ...PASSWORD_ACTIONS]);
  expect([...IAM_SERVICE.actions.keys()].filter((name) => !served.has(name) && !others.has(name))).toEqual([]);
});

test('what is not served says so, what does not exist too', async () => {
  for (const action of IAM_SERVICE.unserved) await refused('NotImplemented', 501, action);
  await refused('InvalidAction', 400, 'CreateEverything');
  expect((await iam.post('Action=GetUser&Version=1999-01-01')).code).toBe('InvalidAction');
  expect((await iam.post('')).code).toBe('InvalidAction');
});

test('signatures are proven over the body that came', async () => {
  expect((await iam.post('Action=ListUsers', { tamper: 'Action=ListRoles' })).code).toBe('SignatureDoesNotMatch');
  expect((await iam.post('Action=ListUsers', { region: 'mars' })).code).toBe('IncompleteSignature');
  const unknown = new QueryClient(access.store.port, 'iam', { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' });
  expect((await unknown.call('ListUsers')).code).toBe('InvalidClientTokenId');
  const wrong = new QueryClient(access.store.port, 'iam', { ...rootOf('main'), secretAccessKey: 'x' });
  expect((await wrong.call('ListUsers')).code).toBe('SignatureDoesNotMatch');
  const nobody = await new QueryClient(access.store.port, 'iam').call('GetCallerIdentity');
  expect([nobody.code, nobody.status]).toEqual(['MissingAuthenticationToken', 403]);
  const long = await iam.post(`Action=ListUsers&X=${'x'.repeat(2 * 1024 * 1024)}`).catch(() => undefined);
  expect(long?.status ?? 413).toBe(413);
});
