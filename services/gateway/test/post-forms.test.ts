/** Uploads from HTML forms, sent as browsers send them. */
import { createHmac, hash } from 'node:crypto';
import { SigningKeyCache } from '@needlestack/s3-protocol';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ compatibility: new Set(['open-new-buckets', 'sigv2'] as const) });
  await store.client.call('PUT', '/forms');
});
afterAll(() => store.close());

const CREDENTIAL_SCOPE = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}/us-east-1/s3/aws4_request`;
const AMZ_DATE = `${CREDENTIAL_SCOPE.slice(0, 8)}T000000Z`;
const CREDENTIAL = `${ROOT.accessKeyId}/${CREDENTIAL_SCOPE}`;

const inOneHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

const BASE_CONDITIONS: readonly unknown[] = [
  { bucket: 'forms' },
  ['starts-with', '$key', 'up/'],
  { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
  { 'x-amz-credential': CREDENTIAL },
  { 'x-amz-date': AMZ_DATE },
];

const encode = (policy: unknown): string => Buffer.from(JSON.stringify(policy)).toString('base64');

function signed(policy: unknown, more: Record<string, string> = {}): Record<string, string> {
  const text = encode(policy);
  const [date = '', region = '', service = ''] = CREDENTIAL_SCOPE.split('/');
  const key = new SigningKeyCache().get(CREDENTIAL, ROOT.secretAccessKey, date, region, service);
  return {
    key: 'up/file.txt',
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': CREDENTIAL,
    'x-amz-date': AMZ_DATE,
    policy: text,
    'x-amz-signature': key.sign(text),
    ...more,
  };
}

const allow = (...conditions: readonly unknown[]): unknown => ({
  expiration: inOneHour(),
  conditions: [...BASE_CONDITIONS, ...conditions],
});

async function post(
  fields: Readonly<Record<string, string>>,
  file: string | null = 'the bytes of the file',
  fileName = 'name of the file.txt',
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers; readonly code: string }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file !== null) form.append('file', new Blob([file]), fileName);
  const response = await fetch(`http://127.0.0.1:${store.port}/forms`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, code: /<Code>(\w+)</.exec(text)?.[1] ?? '' };
}

const get = (key: string) => store.client.call('GET', ['forms', key]);

test('a signed form stores its file and what it says of it', async () => {
  const fields = signed(
    allow(['starts-with', '$Content-Type', 'text/'], ['starts-with', '$x-amz-meta-colour', ''], {
      tagging: '<Tagging><TagSet><Tag><Key>a b</Key><Value>ü</Value></Tag></TagSet></Tagging>',
    }),
    {
      'Content-Type': 'text/plain',
      'x-amz-meta-colour': 'grün',
      tagging: '<Tagging><TagSet><Tag><Key>a b</Key><Value>ü</Value></Tag></TagSet></Tagging>',
    },
  );
  const answer = await post(fields);
  expect([answer.status, answer.text]).toEqual([204, '']);
  expect(answer.headers.get('etag')).toBe(`"${hash('md5', 'the bytes of the file')}"`);
  const stored = await get('up/file.txt');
  expect(stored.text).toBe('the bytes of the file');
  expect(stored.headers['content-type']).toBe('text/plain');
  expect(stored.headers['x-amz-meta-colour']).toBeDefined();
  expect(stored.headers['x-amz-tagging-count']).toBe('1');
  const tagging = await store.client.call('GET', '/forms/up/file.txt', { query: 'tagging' });
  expect(tagging.text).toContain('<Key>a b</Key><Value>ü</Value>');
});

test('the name of the file goes into the key', async () => {
  const fields = signed(allow(), { key: ['up/', '{filename}'].join('$') });
  expect((await post(fields, 'named', 'späte $& notes.txt')).status).toBe(204);
  expect((await get('up/späte $& notes.txt')).text).toBe('named');
});

test('a field that comes with the name of a file is a field', async () => {
  const form = new FormData();
  for (const [name, value] of Object.entries(signed(allow()))) form.append(name, new Blob([value]), name);
  form.append('file', new Blob(['as some clients send it']), 'file');
  const url = `http://127.0.0.1:${store.port}/forms`;
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);
  expect((await get('up/file.txt')).text).toBe('as some clients send it');
});

test('a large file passes through, and the connection lives on', async () => {
  const large = 'x'.repeat(6 * 1024 * 1024 + 17);
  expect((await post(signed(allow(), { key: 'up/large' }), large)).status).toBe(204);
  expect((await get('up/large')).body.length).toBe(large.length);
  expect(store.buffers.inUse).toBe(0);
});

test('the answer is what the form wishes', async () => {
  const wish = (name: string, value: string) => signed(allow(['starts-with', `$${name}`, '']), { [name]: value });
  const created = await post(wish('success_action_status', '201'));
  expect(created.status).toBe(201);
  expect(created.text).toContain('<PostResponse><Location>');
  expect(created.text).toContain('<Bucket>forms</Bucket><Key>up/file.txt</Key><ETag>&quot;');
  expect((await post(wish('success_action_status', '200'))).status).toBe(200);
  expect((await post(wish('success_action_status', '404'))).status).toBe(204);
  const redirected = await post(wish('success_action_redirect', 'http://localhost/done?a=b'));
  expect(redirected.status).toBe(303);
  expect(redirected.headers.get('location')).toMatch(
    /^http:\/\/localhost\/done\?a=b&bucket=forms&key=up%2Ffile\.txt&etag=%22[0-9a-f]{32}%22$/,
  );
  expect((await post(wish('success_action_redirect', 'no address'))).status).toBe(204);
});

test.each<[string, () => Record<string, string>, number, string]>([
  ['expired', () => signed({ expiration: '2020-01-01T00:00:00Z', conditions: BASE_CONDITIONS }), 403, 'AccessDenied'],
  ['another key than allowed', () => signed(allow(), { key: 'down/file' }), 403, 'AccessDenied'],
  ['a field that no condition names', () => signed(allow(), { acl: 'private' }), 403, 'AccessDenied'],
  ['a field of another value', () => signed(allow({ acl: 'private' }), { acl: 'public-read' }), 403, 'AccessDenied'],
  ['a condition on a field that is missing', () => signed(allow({ acl: 'private' })), 403, 'AccessDenied'],
  [
    'one type of several that the policy does not allow',
    () => signed(allow(['starts-with', '$Content-Type', 'text/']), { 'Content-Type': 'text/plain, image/png' }),
    403,
    'AccessDenied',
  ],
  ['another bucket', () => signed({ expiration: inOneHour(), conditions: [{ bucket: 'other' }] }), 403, 'AccessDenied'],
  ['too long a file', () => signed(allow(['content-length-range', 0, 10])), 400, 'EntityTooLarge'],
  ['too short a file', () => signed(allow(['content-length-range', 100, 200])), 400, 'EntityTooSmall'],
  ['a range that is none', () => signed(allow(['content-length-range', -1, 10])), 400, 'InvalidPolicyDocument'],
  ['no conditions', () => signed({ expiration: inOneHour() }), 400, 'InvalidPolicyDocument'],
  ['an empty condition', () => signed(allow({})), 400, 'InvalidPolicyDocument'],
  ['no expiration', () => signed({ conditions: BASE_CONDITIONS }), 400, 'InvalidPolicyDocument'],
  ['a date that is none', () => signed({ expiration: 'soon', conditions: [] }), 400, 'InvalidPolicyDocument'],
  [
    'another signature',
    () => ({ ...signed(allow()), 'x-amz-signature': 'f'.repeat(64) }),
    403,
    'SignatureDoesNotMatch',
  ],
  [
    'a policy that was changed',
    () => ({ ...signed(allow()), policy: encode(allow({ acl: 'private' })) }),
    403,
    'SignatureDoesNotMatch',
  ],
  [
    'an unknown access key',
    () => ({ ...signed(allow()), 'x-amz-credential': `NOBODY/${CREDENTIAL_SCOPE}` }),
    403,
    'InvalidAccessKeyId',
  ],
  ['no key', () => ({ ...signed(allow()), key: '' }), 400, 'InvalidArgument'],
  ['nobody who signed', () => ({ key: 'up/anonymous' }), 403, 'AccessDenied'],
  [
    'a signature without policy',
    () => ({ key: 'up/x', 'x-amz-algorithm': 'AWS4-HMAC-SHA256' }),
    400,
    'InvalidArgument',
  ],
  ['a checksum that the file has not', () => signed(allow(), { 'x-amz-checksum-crc32': 'AAAAAA==' }), 400, 'BadDigest'],
])('%s is refused, and nothing is stored', async (_what, fields, status, code) => {
  await store.client.call('DELETE', '/forms/up/file.txt');
  expect(await post(fields())).toMatchObject({ status, code });
  expect((await get('up/file.txt')).status).toBe(404);
});

test('where everyone may write, nobody needs to sign, and says who may read', async () => {
  await store.client.call('PUT', '/forms', { query: 'acl', headers: { 'x-amz-acl': 'public-read-write' } });
  expect((await post({ key: 'up/anonymous', acl: 'public-read' })).status).toBe(204);
  const read = await fetch(`http://127.0.0.1:${store.port}/forms/up/anonymous`);
  expect([read.status, await read.text()]).toEqual([200, 'the bytes of the file']);
  await store.client.call('PUT', '/forms', { query: 'acl', headers: { 'x-amz-acl': 'private' } });
  expect((await post({ key: 'up/anonymous', acl: 'public-read' })).status).toBe(403);
});

test('names and operators of conditions may be written in any case', async () => {
  const conditions = [{ bUcKeT: 'forms' }, ['StArTs-WiTh', '$KeY', 'up/'], ...BASE_CONDITIONS.slice(2)];
  expect((await post(signed({ expiration: inOneHour(), conditions }))).status).toBe(204);
});

test('of several types each must be allowed', async () => {
  const fields = signed(allow(['starts-with', '$Content-Type', 'text/']), { 'Content-Type': 'text/plain, text/html' });
  expect((await post(fields)).status).toBe(204);
});

test('a form without file, and one without boundary', async () => {
  expect(await post(signed(allow()), null)).toMatchObject({ status: 400, code: 'InvalidArgument' });
  const headers = { 'content-type': 'multipart/form-data' };
  const plain = await fetch(`http://127.0.0.1:${store.port}/forms`, { method: 'POST', body: 'text', headers });
  expect([plain.status, /<Code>(\w+)</.exec(await plain.text())?.[1]]).toEqual([400, 'MalformedPOSTRequest']);
});

/** A form as text; `\n` stands for the line ends of HTTP. */
const postText = async (body: string, contentType = 'multipart/form-data; boundary=B') => {
  const headers = { 'content-type': contentType };
  const sent = body.replaceAll('\n', '\r\n');
  const { status, code, text } = await store.client.send('POST', '/open', headers, [Buffer.from(sent)]);
  return { status, code, text };
};
const part = (name: string, value: string, more = ''): string =>
  `--B\nContent-Disposition: form-data; name="${name}"${more}\n\n${value}\n`;
const filePart = part('file', 'bytes', '; filename="f"');

describe('forms that nobody signs', () => {
  beforeAll(async () => {
    await store.client.call('PUT', '/open', { headers: { 'x-amz-acl': 'public-read-write' } });
  });

  test.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'multipart/mixed; boundary=B'])(
    'a body of type %s is no form',
    async (type) => {
      const answer = await postText(`${part('key', 'typed')}${filePart}--B--\n`, type);
      expect([answer.status, answer.code]).toEqual([412, 'PreconditionFailed']);
      expect(answer.text).toContain(
        '<Condition>Bucket POST must be of the enclosure-type multipart/form-data</Condition>',
      );
    },
  );

  test('one that ends before its file does stores nothing', async () => {
    for (const form of [`${part('key', 'cut')}${filePart}`, `${part('key', 'cut')}${filePart.slice(0, -3)}`]) {
      expect(await postText(form)).toMatchObject({ status: 400, code: 'MalformedPOSTRequest' });
    }
    expect((await store.client.call('GET', '/open/cut')).status).toBe(404);
  });

  test('what stands behind the file counts for nothing, however much it is', async () => {
    for (const behind of ['x', 'x'.repeat(100_000)]) {
      const form = `${part('key', 'behind')}${filePart}${part('submit', behind)}${part('Content-Type', 'text/html')}--B--\n`;
      expect(await postText(form)).toMatchObject({ status: 204 });
      expect((await store.client.call('GET', '/open/behind')).headers['content-type']).toBe('binary/octet-stream');
    }
  });

  test.each([
    ['Cache-Control', 'a\nX-Other: b'],
    ['Content-Type', 'a\0b'],
    ['x-amz-website-redirect-location', '/a\nb'],
    ['x-amz-meta-a b', 'c'],
    ['x-amz-meta-\u00e9', 'c'],
  ])('the field %j of %j can be no header', async (name, value) => {
    const form = `${part('key', 'unfit')}${part(name, value)}${filePart}--B--\n`;
    expect(await postText(form)).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect((await store.client.call('GET', '/open/unfit')).status).toBe(404);
  });

  test('metadata of several lines is kept', async () => {
    const form = `${part('key', 'lines')}${part('x-amz-meta-a', 'b\nc')}${filePart}--B--\n`;
    expect(await postText(form)).toMatchObject({ status: 204 });
    expect((await store.client.call('GET', '/open/lines')).headers['x-amz-meta-a']).toMatch(/^=\?UTF-8\?B\?/);
  });
});

test('fields that are too long are refused', async () => {
  const answer = await post(signed(allow(), { 'x-ignore-this': 'x'.repeat(30_000) }));
  expect(answer).toMatchObject({ status: 400, code: 'MaxPostPreDataLengthExceededError' });
});

test('a form of version 2, where that is switched on', async () => {
  const conditions = [{ bucket: 'forms' }, ['starts-with', '$key', 'up/']];
  const policy = encode({ expiration: inOneHour(), conditions });
  const signature = createHmac('sha1', ROOT.secretAccessKey).update(policy).digest('base64');
  const fields = { key: 'up/old', AWSAccessKeyId: ROOT.accessKeyId, policy, signature };
  expect((await post(fields)).status).toBe(204);
  expect(await post({ ...fields, signature: signature.replace(/^./, '?') })).toMatchObject({
    status: 403,
    code: 'SignatureDoesNotMatch',
  });
});
