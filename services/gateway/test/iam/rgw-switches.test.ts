/** What clients of RGW expect of IAM, each by its switch; and what AWS says to the same. */
import { lengthenArns, shortenArns } from '../../src/core/iam/short-arns.ts';
import { credentialsOf, type QueryAnswer, QueryClient, type QueryCredentials } from '../support/query-client.ts';
import { type AccessStore, ALT_ACCOUNT, MAIN_ACCOUNT, startAccessStore } from '../support/start-access-store.ts';
import { ROOT } from '../support/start-test-store.ts';
import { TestClient } from '../support/test-client.ts';

const statement = (fields: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...fields }] });
const ALLOW_S3 = statement({ Action: 's3:*', Resource: '*' });
const trust = (arn: string) => statement({ Principal: { AWS: arn }, Action: 'sts:AssumeRole' });
const rootOf = (name: string): QueryCredentials => ({
  accessKeyId: `KEY-${name}`,
  secretAccessKey: `secret-of-${name}`,
});

let rgw: AccessStore;
let aws: AccessStore;
beforeAll(async () => {
  rgw = await startAccessStore(['rgw']);
  aws = await startAccessStore();
});
afterAll(() => Promise.all([rgw.close(), aws.close()]));

const iamOf = ({ store }: AccessStore, credentials: QueryCredentials) =>
  new QueryClient(store.port, 'iam', credentials);
const must = async (answer: Promise<QueryAnswer>): Promise<QueryAnswer> => {
  const { status, text } = await answer;
  if (status !== 200) throw new Error(text);
  return answer;
};
const refusal = async (answer: Promise<QueryAnswer>) => (await answer).code;
const makeUser = async (iam: QueryClient, UserName: string): Promise<QueryCredentials> => {
  await must(iam.call('CreateUser', { UserName }));
  return credentialsOf(await must(iam.call('CreateAccessKey', { UserName })));
};

test('arn-without-account: ARNs of the own account are short, those of others whole', async () => {
  const iam = iamOf(rgw, ROOT);
  const user = await makeUser(iam, 'short');
  expect((await must(iam.call('GetUser', { UserName: 'short' }))).element('Arn')).toBe('arn:aws:iam:::user/short');
  const AssumeRolePolicyDocument = trust('arn:aws:iam:::user/short');
  const role = await must(iam.call('CreateRole', { RoleName: 'short', AssumeRolePolicyDocument }));
  expect(role.element('Arn')).toBe('arn:aws:iam:::role/short');
  expect(decodeURIComponent(role.element('AssumeRolePolicyDocument') ?? '')).toBe(AssumeRolePolicyDocument);
  const sts = new QueryClient(rgw.store.port, 'sts', user);
  const assumed = await must(sts.call('AssumeRole', { RoleArn: 'arn:aws:iam:::role/short', RoleSessionName: 'work' }));
  expect(assumed.element('Arn')).toBe('arn:aws:sts:::assumed-role/short/work');
  const session = new TestClient(rgw.store.port, credentialsOf(assumed));
  expect((await rgw.root.call('PUT', '/short-arns')).status).toBe(200);
  expect((await session.call('GET', '/short-arns')).code).toBe('AccessDenied');
  const policy = statement({
    Principal: { AWS: 'arn:aws:iam:::assumed-role/short/work' },
    Action: 's3:ListBucket',
    Resource: 'arn:aws:s3:::short-arns',
  });
  const put = (access: AccessStore) => access.root.call('PUT', '/short-arns', { query: 'policy', body: policy });
  expect((await put(rgw)).status).toBe(204);
  expect((await session.call('GET', '/short-arns')).status).toBe(200);
  const main = iamOf(rgw, rootOf('main'));
  expect((await must(main.call('GetUser'))).element('Arn')).toBe(`arn:aws:iam::${MAIN_ACCOUNT}:root`);
  expect((await aws.root.call('PUT', '/short-arns')).status).toBe(200);
  expect((await put(aws)).code).toBe('MalformedPolicy');
  const strict = iamOf(aws, ROOT).call('CreateRole', { RoleName: 'short', AssumeRolePolicyDocument });
  expect(await refusal(strict)).toBe('MalformedPolicyDocument');
});

test('short ARNs and long ones, each the other back, also percent-encoded', () => {
  const long = 'a arn:aws:iam::000000000000:role/r b arn:aws:sts::000000000000:assumed-role/r/s arn:aws:iam::1:user/u';
  const short = 'a arn:aws:iam:::role/r b arn:aws:sts:::assumed-role/r/s arn:aws:iam::1:user/u';
  expect(shortenArns(long)).toBe(short);
  expect(lengthenArns(short)).toBe(long);
  expect(shortenArns(encodeURIComponent(long))).toBe(encodeURIComponent(short));
  expect(lengthenArns('arn:aws:iam:::assumed-role/r/s')).toBe('arn:aws:sts::000000000000:assumed-role/r/s');
});

test('trust-across-accounts: to be named is enough; to be of an account that is named is not', async () => {
  const assume = async (access: AccessStore, principal: string, RoleName: string) => {
    const main = iamOf(access, rootOf('main'));
    await must(main.call('CreateRole', { RoleName, AssumeRolePolicyDocument: trust(principal) }));
    const RoleArn = `arn:aws:iam::${MAIN_ACCOUNT}:role/${RoleName}`;
    const sts = new QueryClient(access.store.port, 'sts', guests.get(access));
    return refusal(sts.call('AssumeRole', { RoleArn, RoleSessionName: 'guest' }));
  };
  const guests = new Map<AccessStore, QueryCredentials>();
  for (const access of [rgw, aws]) guests.set(access, await makeUser(iamOf(access, rootOf('alt')), 'guest'));
  const named = `arn:aws:iam::${ALT_ACCOUNT}:user/guest`;
  expect(await assume(rgw, named, 'named')).toBeUndefined();
  expect(await assume(rgw, ALT_ACCOUNT, 'by-account')).toBe('AccessDenied');
  expect(await assume(aws, named, 'named')).toBe('AccessDenied');
});

test('principal-in-role-policies: they say nothing', async () => {
  const PolicyDocument = statement({ Principal: '*', Action: 's3:*', Resource: '*' });
  const put = async (access: AccessStore) => {
    const iam = iamOf(access, rootOf('main'));
    const role = { RoleName: 'with-principal' };
    await must(iam.call('CreateRole', { ...role, AssumeRolePolicyDocument: trust(MAIN_ACCOUNT) }));
    return refusal(iam.call('PutRolePolicy', { ...role, PolicyName: 'p', PolicyDocument }));
  };
  expect([await put(rgw), await put(aws)]).toEqual([undefined, 'MalformedPolicyDocument']);
  const main = iamOf(rgw, rootOf('main'));
  await must(main.call('CreateUser', { UserName: 'plain' }));
  const ofUser = main.call('PutUserPolicy', { UserName: 'plain', PolicyName: 'p', PolicyDocument });
  expect(await refusal(ofUser)).toBe('MalformedPolicyDocument');
  const session = await must(
    new QueryClient(rgw.store.port, 'sts', rootOf('main')).call('AssumeRole', {
      RoleArn: `arn:aws:iam::${MAIN_ACCOUNT}:role/with-principal`,
      RoleSessionName: 'work',
    }),
  );
  expect((await new TestClient(rgw.store.port, credentialsOf(session)).call('GET', '/')).status).toBe(200);
});

test('delete-group-members: a user leaves its groups to be deleted, but not its keys', async () => {
  const join = async (access: AccessStore) => {
    const iam = iamOf(access, rootOf('main'));
    const key = await makeUser(iam, 'member');
    await must(iam.call('CreateGroup', { GroupName: 'club' }));
    await must(iam.call('AddUserToGroup', { GroupName: 'club', UserName: 'member' }));
    expect(await refusal(iam.call('DeleteUser', { UserName: 'member' }))).toBe('DeleteConflict');
    expect((await must(iam.call('GetGroup', { GroupName: 'club' }))).elements('UserName')).toEqual(['member']);
    await must(iam.call('DeleteAccessKey', { UserName: 'member', AccessKeyId: key.accessKeyId }));
    return refusal(iam.call('DeleteUser', { UserName: 'member' }));
  };
  expect([await join(rgw), await join(aws)]).toEqual([undefined, 'DeleteConflict']);
  await must(iamOf(rgw, rootOf('main')).call('DeleteGroup', { GroupName: 'club' }));
});

test('open-identity-providers: http is taken and shown, and a second deletion is refused', async () => {
  const Url = 'http://idp.example.com/realm';
  expect(await refusal(iamOf(aws, rootOf('main')).call('CreateOpenIDConnectProvider', { Url }))).toBe(
    'ValidationError',
  );
  const iam = iamOf(rgw, rootOf('main'));
  const made = await must(iam.call('CreateOpenIDConnectProvider', { Url }));
  const arn = { OpenIDConnectProviderArn: made.element('OpenIDConnectProviderArn') ?? '' };
  expect((await must(iam.call('GetOpenIDConnectProvider', arn))).element('Url')).toBe(Url);
  await must(iam.call('DeleteOpenIDConnectProvider', arn));
  expect(await refusal(iam.call('DeleteOpenIDConnectProvider', arn))).toBe('NoSuchEntity');
  await must(iamOf(aws, rootOf('main')).call('DeleteOpenIDConnectProvider', arn));
});

test('bucket-tags-in-policies: tags of a bucket count without PutBucketAbac', async () => {
  const putTags = (access: AccessStore, team: string) =>
    access.main.call('PUT', '/tagged', {
      query: 'tagging',
      body: `<Tagging><TagSet><Tag><Key>Team</Key><Value>${team}</Value></Tag></TagSet></Tagging>`,
    });
  const list = async (access: AccessStore) => {
    const iam = iamOf(access, rootOf('main'));
    const user = await makeUser(iam, 'by-tag');
    const PolicyDocument = statement({
      Action: 's3:ListBucket',
      Resource: '*',
      Condition: { StringEquals: { 's3:ResourceTag/Team': 'blue' } },
    });
    await must(iam.call('PutUserPolicy', { UserName: 'by-tag', PolicyName: 'p', PolicyDocument }));
    expect((await access.main.call('PUT', '/tagged')).status).toBe(200);
    expect((await putTags(access, 'blue')).status).toBe(204);
    return new TestClient(access.store.port, user);
  };
  const byTag = await list(rgw);
  expect((await byTag.call('GET', '/tagged')).status).toBe(200);
  await putTags(rgw, 'red');
  expect((await byTag.call('GET', '/tagged')).code).toBe('AccessDenied');
  expect((await (await list(aws)).call('GET', '/tagged')).code).toBe('AccessDenied');
});

test('credentials of GetSessionToken say so to conditions, others that they are not', async () => {
  const iam = iamOf(aws, rootOf('main'));
  const user = await makeUser(iam, 'authenticated');
  const document = JSON.parse(ALLOW_S3);
  document.Statement.push({
    Effect: 'Deny',
    Action: 's3:*',
    Resource: '*',
    Condition: { Bool: { 'sts:authentication': 'false' } },
  });
  const PolicyDocument = JSON.stringify(document);
  await must(iam.call('PutUserPolicy', { UserName: 'authenticated', PolicyName: 'p', PolicyDocument }));
  expect((await new TestClient(aws.store.port, user).call('GET', '/')).code).toBe('AccessDenied');
  const session = await must(new QueryClient(aws.store.port, 'sts', user).call('GetSessionToken'));
  expect((await new TestClient(aws.store.port, credentialsOf(session)).call('GET', '/')).status).toBe(200);
});
