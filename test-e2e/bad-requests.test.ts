import { createHash } from 'node:crypto';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { type RawAnswer, sendRaw, writeHead } from './support/raw-request.ts';
import { type SigningFacts, signChunks, signRequest, type UnsignedRequest } from './support/sign-request.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const BUCKET = 'bad-requests';
const MINUTE_MS = 60_000;
const BODY = Buffer.from('a body that must not be stored');

beforeAll(() => store.s3.send(new CreateBucketCommand({ Bucket: BUCKET })));

// Whatever was refused has left nothing behind.
afterEach(async () => {
  const { Contents } = await store.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect((Contents ?? []).map((entry) => entry.Key).filter((key) => key !== 'stored')).toEqual([]);
});

const facts = (more: Partial<SigningFacts> = {}): SigningFacts => ({
  credentials: store.credentials,
  host: new URL(store.url).host,
  ...more,
});

/** Signs, then lets `tamper` change the headers, and sends with the body's true length unless the headers name another. */
function send(
  request: UnsignedRequest,
  more: Partial<SigningFacts> = {},
  tamper: (headers: Record<string, string>) => void = () => undefined,
): Promise<RawAnswer> {
  const headers: Record<string, string> = { ...signRequest(request, facts(more)).headers };
  if (request.body !== undefined) headers['content-length'] = `${request.body.length}`;
  tamper(headers);
  const target = request.query === undefined ? request.path : `${request.path}?${request.query}`;
  return sendRaw(store.url, [writeHead(request.method, target, headers), request.body ?? '']);
}

const put = (more: Partial<UnsignedRequest> = {}): UnsignedRequest => ({
  method: 'PUT',
  path: `/${BUCKET}/refused`,
  body: BODY,
  ...more,
});

describe('who signs', () => {
  test('a wrong signature', async () => {
    const answer = await send(put(), {}, (headers) => {
      headers.authorization = headers.authorization?.replace(/.$/, (last) => (last === '0' ? '1' : '0')) ?? '';
    });
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(answer.text).toContain('<StringToSign>');
    expect(answer.text).toMatch(/x-amz-request-id: \S+/i);
  });

  test('a wrong secret', async () => {
    const credentials = { ...store.credentials, secretAccessKey: 'another secret' };
    const answer = await send(put(), { credentials });
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('an unknown key', async () => {
    const credentials = { ...store.credentials, accessKeyId: 'AKUNKNOWN' };
    const answer = await send(put(), { credentials });
    expect([answer.status, answer.code]).toEqual([403, 'InvalidAccessKeyId']);
  });

  test('nobody', async () => {
    const head = writeHead('PUT', `/${BUCKET}/refused`, { host: facts().host, 'content-length': `${BODY.length}` });
    const answer = await sendRaw(store.url, [head, BODY]);
    expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  });

  test.each([-20 * MINUTE_MS, 20 * MINUTE_MS])('a clock that is off by %d ms', async (skewMs) => {
    const answer = await send(put(), { time: new Date(Date.now() + skewMs) });
    expect([answer.status, answer.code]).toEqual([403, 'RequestTimeTooSkewed']);
  });

  test('another region', async () => {
    const answer = await send(put(), { region: 'mars-1' });
    expect([answer.status, answer.code]).toEqual([400, 'AuthorizationHeaderMalformed']);
    expect(answer.text).toContain('<Region>us-east-1</Region>');
  });

  test.each([
    ['AWS4-HMAC-SHA256 nonsense', 400, 'AuthorizationHeaderMalformed'],
    ['AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c', 400, 'AuthorizationHeaderMalformed'],
  ])('the Authorization header %j', async (authorization, status, code) => {
    const answer = await send(put(), {}, (headers) => {
      headers.authorization = authorization;
    });
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  test('a header that was changed on the way', async () => {
    const answer = await send(put({ headers: { 'x-amz-meta-colour': 'green' } }), {}, (headers) => {
      headers['x-amz-meta-colour'] = 'red';
    });
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
  });
});

describe('bodies', () => {
  test('a body that does not match its signed hash', async () => {
    const payload = createHash('sha256').update('another body').digest('hex');
    const answer = await send(put({ payload }));
    expect([answer.status, answer.code]).toEqual([400, 'XAmzContentSHA256Mismatch']);
  });

  test('a payload hash that is none', async () => {
    const answer = await send(put({ payload: 'not-a-hash' }));
    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  });

  test('a client that goes away in the middle of its body', async () => {
    const headers = {
      ...signRequest(put({ payload: 'UNSIGNED-PAYLOAD' }), facts()).headers,
      'content-length': '100000',
    };
    const answer = await sendRaw(store.url, [writeHead('PUT', `/${BUCKET}/refused`, headers), BODY], true);
    expect([400, 0]).toContain(answer.status);
  });

  test('neither length nor chunks', async () => {
    const headers = signRequest(put({ payload: 'UNSIGNED-PAYLOAD' }), facts()).headers;
    const answer = await sendRaw(store.url, [writeHead('PUT', `/${BUCKET}/refused`, headers)]);
    expect([answer.status, answer.code]).toEqual([411, 'MissingContentLength']);
  });

  test('a checksum header that is wrong', async () => {
    const answer = await send(put({ headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }));
    expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
  });

  test.each([
    { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' },
    { 'x-amz-checksum-crc32': 'not base64' },
    { 'x-amz-checksum-unknown': 'AAAAAA==' },
  ])('checksum headers that make no sense: %j', async (headers) => {
    const answer = await send(put({ headers }));
    expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
  });

  test('more user metadata than 2 KB', async () => {
    const answer = await send(put({ headers: { 'x-amz-meta-large': 'm'.repeat(3_000) } }));
    expect([answer.status, answer.code]).toEqual([400, 'MetadataTooLarge']);
  });

  test('more header than 8 KB', async () => {
    const answer = await send(put({ headers: { 'x-large': 'h'.repeat(9_000) } }));
    expect([answer.status, answer.code]).toEqual([400, 'RequestHeaderSectionTooLarge']);
  });

  test.each([
    ['?delete', 'POST', 'delete', '<Delete><Object>'],
    ['?delete', 'POST', 'delete', 'not xml at all'],
    ['?notification', 'PUT', 'notification', '<NotificationConfiguration><Queue'],
  ])('XML that is none, to %s', async (_, method, query, text) => {
    const body = Buffer.from(text);
    const md5 = createHash('md5').update(body).digest('base64');
    const answer = await send({ method, path: `/${BUCKET}`, query, body, headers: { 'content-md5': md5 } });
    expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
  });

  test('an entity in XML is not expanded', async () => {
    const body = Buffer.from(
      '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]><Delete><Object><Key>&e;</Key></Object></Delete>',
    );
    const md5 = createHash('md5').update(body).digest('base64');
    const answer = await send({
      method: 'POST',
      path: `/${BUCKET}`,
      query: 'delete',
      body,
      headers: { 'content-md5': md5 },
    });
    expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
  });
});

describe('chunked bodies', () => {
  const chunks = [Buffer.alloc(65_536, 'a'), Buffer.alloc(70_000, 'b')];
  const decodedLength = `${chunks.reduce((sum, chunk) => sum + chunk.length, 0)}`;

  async function sendChunks(
    payload: string,
    headers: Record<string, string>,
    encode: (signed: ReturnType<typeof signRequest>) => Buffer,
  ) {
    const more = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': decodedLength, ...headers };
    const signed = signRequest(put({ payload, headers: more }), facts());
    const body = encode(signed);
    const head = writeHead('PUT', `/${BUCKET}/refused`, { ...signed.headers, 'content-length': `${body.length}` });
    return sendRaw(store.url, [head, body]);
  }

  test('a chunk whose bytes were changed', async () => {
    const answer = await sendChunks('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', {}, (signed) => {
      const body = signChunks(chunks, signed);
      body.writeUInt8(body.readUInt8(100_000) ^ 1, 100_000);
      return body;
    });
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('a chunk that was left out', async () => {
    const answer = await sendChunks('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', {}, (signed) =>
      signChunks(chunks.slice(0, 1), signed),
    );
    expect([answer.status, answer.code]).toEqual([400, 'IncompleteBody']);
  });

  const unsigned = (trailer: string): Buffer =>
    Buffer.concat([
      ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
      Buffer.from(`0\r\n${trailer}\r\n\r\n`),
    ]);

  test('a trailing checksum that is wrong', async () => {
    const answer = await sendChunks(
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      { 'x-amz-trailer': 'x-amz-checksum-crc32' },
      () => unsigned('x-amz-checksum-crc32:AAAAAA=='),
    );
    expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
  });

  test('a trailer that was not announced', async () => {
    const answer = await sendChunks(
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      { 'x-amz-trailer': 'x-amz-checksum-crc32' },
      () => unsigned('x-amz-checksum-crc32c:AAAAAA=='),
    );
    expect([answer.status, answer.code]).toEqual([400, 'MalformedTrailerError']);
  });
});

describe('targets', () => {
  test.each(['/../escape', '/a/../../escape', '/.', '/a/./b', '/..'])('the dot segments of %s', async (key) => {
    const answer = await send(put({ path: `/${BUCKET}${key}` }));
    expect(answer.status).toBe(400);
  });

  test.each(['append', 'torrent', 'nonsense'])('the unknown sub-resource ?%s of a PUT', async (query) => {
    const answer = await send(put({ query }));
    expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
  });

  test.each(['nonsense', 'metadataTable'])('the unknown sub-resource ?%s of a bucket is no listing', async (query) => {
    const answer = await send({ method: 'GET', path: `/${BUCKET}`, query });
    expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
  });

  test('a range past the end', async () => {
    await store.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'stored', Body: 'short' }));
    const answer = await send({ method: 'GET', path: `/${BUCKET}/stored`, headers: { range: 'bytes=100-200' } });
    expect([answer.status, answer.code]).toEqual([416, 'InvalidRange']);
    expect(answer.text).toMatch(/content-range: bytes \*\/5/i);
  });

  test('bytes that are no HTTP', async () => {
    const answer = await sendRaw(store.url, ['GARBAGE\r\n\r\n']);
    expect(answer.status).toBe(400);
  });
});
