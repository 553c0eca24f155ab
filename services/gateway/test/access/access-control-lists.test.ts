import { ACL_GROUPS } from '@needlestack/access-control';
import {
  type AccessStore,
  ALT_ACCOUNT,
  DENIED,
  MAIN_ACCOUNT,
  OK,
  outcome,
  startAccessStore,
} from '../support/start-access-store.ts';

let access: AccessStore;
beforeAll(async () => {
  access = await startAccessStore(['open-new-buckets', 'account-canonical-id']);
});
afterAll(() => access.close());

let count = 0;
/** A new bucket of main with an object. */
const makeBucket = async (acl?: string, objectAcl?: string): Promise<string> => {
  const bucket = `/acl-${count++}`;
  const { main } = access;
  expect(await outcome(main.call('PUT', bucket, acl === undefined ? {} : { headers: { 'x-amz-acl': acl } }))).toEqual(
    OK,
  );
  const headers = objectAcl === undefined ? {} : { 'x-amz-acl': objectAcl };
  expect(await outcome(main.call('PUT', `${bucket}/key`, { body: 'body', headers }))).toEqual(OK);
  return bucket;
};
const grantsOf = (text: string): string[] =>
  [...text.matchAll(/<Grant>.*?<(?:ID|URI)>([^<]*)<.*?<Permission>([^<]*)/g)].map(
    ([, who = '', permission = '']) => `${who.replace(/.*\//, '')} ${permission}`,
  );

test.each<[string, { list: boolean; write: boolean }, { list: boolean; write: boolean }]>([
  ['private', { list: false, write: false }, { list: false, write: false }],
  ['public-read', { list: true, write: false }, { list: true, write: false }],
  ['public-read-write', { list: true, write: true }, { list: true, write: true }],
  ['authenticated-read', { list: false, write: false }, { list: true, write: false }],
])('a bucket that is %s: nobody %j, another account %j', async (acl, nobodyMay, altMay) => {
  const bucket = await makeBucket(acl);
  for (const [caller, may] of [
    [access.nobody, nobodyMay],
    [access.alt, altMay],
  ] as const) {
    expect(await outcome(caller.call('GET', bucket))).toEqual(may.list ? OK : DENIED);
    expect(await outcome(caller.call('PUT', `${bucket}/new`, { body: 'x' }))).toEqual(may.write ? OK : DENIED);
    expect(await outcome(caller.call('DELETE', `${bucket}/new`))).toEqual(may.write ? [204, undefined] : DENIED);
    // The ACL of the bucket says nothing about what is in it, or about itself.
    expect(await outcome(caller.call('GET', `${bucket}/key`))).toEqual(DENIED);
    expect(await outcome(caller.call('GET', bucket, { query: 'acl' }))).toEqual(DENIED);
    expect(await outcome(caller.call('DELETE', bucket))).toEqual(DENIED);
  }
  expect(await outcome(access.user.call('PUT', `${bucket}/new`, { body: 'x' }))).toEqual(altMay.write ? OK : DENIED);
});

test.each([
  ['private', DENIED, DENIED],
  ['public-read', OK, OK],
  ['authenticated-read', DENIED, OK],
])('an object that is %s', async (acl, nobody, alt) => {
  const bucket = await makeBucket(undefined, acl);
  expect(await outcome(access.nobody.call('GET', `${bucket}/key`))).toEqual(nobody);
  expect(await outcome(access.alt.call('GET', `${bucket}/key`))).toEqual(alt);
  expect((await access.nobody.call('HEAD', `${bucket}/key`)).status).toBe(nobody[0]);
  expect(await outcome(access.alt.call('GET', `${bucket}/key`, { query: 'acl' }))).toEqual(DENIED);
  expect(
    await outcome(access.alt.call('PUT', `${bucket}/key`, { query: 'acl', headers: { 'x-amz-acl': 'private' } })),
  ).toEqual(DENIED);
});

test('who may write without a name may say what others may do with it', async () => {
  const bucket = await makeBucket('public-read-write');
  const headers = { 'x-amz-acl': 'public-read', 'x-amz-tagging': 'a=b' };
  expect(await outcome(access.nobody.call('PUT', `${bucket}/named`, { body: 'x', headers }))).toEqual(OK);
  expect(await outcome(access.alt.call('GET', `${bucket}/named`))).toEqual(OK);
  // It belongs to the owner of the bucket, who alone may change that.
  const change = { query: 'acl', headers: { 'x-amz-acl': 'private' } };
  expect(await outcome(access.nobody.call('PUT', `${bucket}/named`, change))).toEqual(DENIED);
  expect(await outcome(access.main.call('PUT', `${bucket}/named`, change))).toEqual(OK);
  const bypass = { headers: { 'x-amz-bypass-governance-retention': 'true' } };
  expect(await outcome(access.nobody.call('DELETE', `${bucket}/named`, bypass))).toEqual(DENIED);
});

test('what is missing is told to those who may list', async () => {
  const open = await makeBucket('public-read');
  const closed = await makeBucket();
  expect(await outcome(access.nobody.call('GET', `${open}/none`))).toEqual([404, 'NoSuchKey']);
  expect(await outcome(access.nobody.call('GET', `${closed}/none`))).toEqual(DENIED);
  expect(await outcome(access.main.call('GET', `${closed}/none`))).toEqual([404, 'NoSuchKey']);
});

test('an object belongs to its writer, not to the owner of the bucket', async () => {
  const bucket = await makeBucket('public-read-write');
  const { main, alt } = access;
  await alt.call('PUT', `${bucket}/foreign`, { body: 'x' });
  expect(await outcome(main.call('GET', `${bucket}/foreign`))).toEqual(DENIED);
  expect(await outcome(main.call('GET', `${bucket}/foreign`, { query: 'acl' }))).toEqual(DENIED);
  expect((await alt.call('GET', `${bucket}/foreign`)).text).toBe('x');
  const shared = { body: 'y', headers: { 'x-amz-acl': 'bucket-owner-full-control' } };
  await alt.call('PUT', `${bucket}/shared`, shared);
  expect((await main.call('GET', `${bucket}/shared`)).text).toBe('y');
  const list = await main.call('GET', `${bucket}/shared`, { query: 'acl' });
  expect([list.element('ID'), grantsOf(list.text)]).toEqual([
    ALT_ACCOUNT,
    [`${ALT_ACCOUNT} FULL_CONTROL`, `${MAIN_ACCOUNT} FULL_CONTROL`],
  ]);
  // It lies in his bucket, and so he may always remove it.
  expect(await outcome(main.call('DELETE', `${bucket}/foreign`))).toEqual([204, undefined]);
});

test('grants in headers: by id, by e-mail, to a group', async () => {
  const bucket = await makeBucket();
  const headers = {
    'x-amz-grant-read': `id=${ALT_ACCOUNT}, uri="${ACL_GROUPS.AuthenticatedUsers}"`,
    'x-amz-grant-full-control': 'emailAddress="main@example.com"',
  };
  expect(await outcome(access.main.call('PUT', bucket, { query: 'acl', headers }))).toEqual(OK);
  const { text } = await access.main.call('GET', bucket, { query: 'acl' });
  expect(grantsOf(text)).toEqual(['AuthenticatedUsers READ', `${ALT_ACCOUNT} READ`, `${MAIN_ACCOUNT} FULL_CONTROL`]);
  expect(await outcome(access.alt.call('GET', bucket))).toEqual(OK);
});

const documentOf = (grants: string, owner = MAIN_ACCOUNT): string =>
  `<AccessControlPolicy><Owner><ID>${owner}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`;
const grant = (who: string, permission: string): string =>
  `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x">${who}</Grantee><Permission>${permission}</Permission></Grant>`;

test('a document, for bucket and object; who may write a list may give it to others', async () => {
  const bucket = await makeBucket();
  const { main, alt } = access;
  const grants = grant(`<ID>${ALT_ACCOUNT}</ID>`, 'READ_ACP') + grant(`<ID>${ALT_ACCOUNT}</ID>`, 'WRITE_ACP');
  for (const path of [bucket, `${bucket}/key`]) {
    expect(await outcome(alt.call('GET', path, { query: 'acl' }))).toEqual(DENIED);
    expect(await outcome(main.call('PUT', path, { query: 'acl', body: documentOf(grants) }))).toEqual(OK);
    expect(grantsOf((await alt.call('GET', path, { query: 'acl' })).text)).toEqual([
      `${ALT_ACCOUNT} READ_ACP`,
      `${ALT_ACCOUNT} WRITE_ACP`,
    ]);
    expect(await outcome(alt.call('GET', path))).toEqual(DENIED);
    const more = documentOf(grants + grant(`<ID>${ALT_ACCOUNT}</ID>`, 'READ'));
    expect(await outcome(alt.call('PUT', path, { query: 'acl', body: more }))).toEqual(OK);
    expect(await outcome(alt.call('GET', path))).toEqual(OK);
    // Without a grant left the owner still has the list itself.
    expect(await outcome(main.call('PUT', path, { query: 'acl', body: documentOf('') }))).toEqual(OK);
    expect(grantsOf((await main.call('GET', path, { query: 'acl' })).text)).toEqual([]);
  }
});

test.each<[string, number, string, Record<string, string>, string]>([
  ['neither headers nor body', 400, 'MissingSecurityHeader', {}, ''],
  ['both', 400, 'UnexpectedContent', { 'x-amz-acl': 'private' }, documentOf('')],
  ['an unknown canned ACL', 400, 'InvalidArgument', { 'x-amz-acl': 'publik' }, ''],
  [
    'a canned ACL and grants',
    400,
    'InvalidRequest',
    { 'x-amz-acl': 'private', 'x-amz-grant-read': `id=${ALT_ACCOUNT}` },
    '',
  ],
  ['an unknown id', 400, 'InvalidArgument', { 'x-amz-grant-read': 'id=333333333333' }, ''],
  ['an unknown group', 400, 'InvalidArgument', { 'x-amz-grant-read': 'uri=http://example.com/' }, ''],
  [
    'an unknown e-mail',
    400,
    'UnresolvableGrantByEmailAddress',
    { 'x-amz-grant-read': 'emailAddress=no@example.com' },
    '',
  ],
  ['nonsense', 400, 'InvalidArgument', { 'x-amz-grant-read': 'everyone' }, ''],
  ['no XML', 400, 'MalformedXML', {}, 'x'],
  ['no list', 400, 'MalformedACLError', {}, '<AccessControlPolicy/>'],
  ['an unknown permission', 400, 'MalformedACLError', {}, documentOf(grant(`<ID>${ALT_ACCOUNT}</ID>`, 'EAT'))],
  ['no grantee', 400, 'MalformedACLError', {}, documentOf(grant('', 'READ'))],
  ['too many grants', 400, 'MalformedACLError', {}, documentOf(grant(`<ID>${ALT_ACCOUNT}</ID>`, 'READ').repeat(101))],
  ['another owner', 403, 'AccessDenied', {}, documentOf('', ALT_ACCOUNT)],
])('refused, and nothing changed: %s', async (_, status, code, headers, body) => {
  const bucket = await makeBucket('public-read', 'public-read');
  for (const path of [bucket, `${bucket}/key`]) {
    const before = (await access.main.call('GET', path, { query: 'acl' })).text;
    expect(await outcome(access.main.call('PUT', path, { query: 'acl', headers, body }))).toEqual([status, code]);
    expect((await access.main.call('GET', path, { query: 'acl' })).text).toBe(before);
  }
});

test('making a bucket again: only with the ACL that it has', async () => {
  const bucket = `/acl-${count++}`;
  const { main, alt } = access;
  await main.call('PUT', bucket);
  expect(await outcome(main.call('PUT', bucket))).toEqual(OK);
  expect(await outcome(alt.call('PUT', bucket))).toEqual([409, 'BucketAlreadyExists']);
});
