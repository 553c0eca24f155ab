import { createHmac, hash } from 'node:crypto';
import { encodeUriPath } from '../address/uri-encoding.ts';
import { S3Error } from '../error/s3-error.ts';
import { readPayloadLine, UNSIGNED_PAYLOAD } from './payload-line.ts';
import { presignQuery, type RequestToSign, type SigningScope, signRequest } from './sign-request.ts';
import type { SignableRequest } from './signable-request.ts';
import { parseSignatureClaim } from './signature-claim.ts';
import { deriveSigningKey, SigningKeyCache } from './signing-key.ts';
import { verifyDialectSignature } from './verify-dialect.ts';
import { verifySignature } from './verify-signature.ts';

const nowMs = Date.UTC(2026, 7, 21, 12);
const secret = 'a/secret+key';
const keys = new SigningKeyCache();
const scope: SigningScope = {
  credentials: { accessKeyId: 'AKID', secretAccessKey: secret },
  region: 'us-east-1',
  service: 's3',
  nowMs,
  keys,
};
const expected = { region: 'us-east-1', services: ['s3'] };
const plain: RequestToSign = {
  method: 'GET',
  rawPath: '/bucket/key',
  rawQuery: '',
  headers: { host: 'localhost:9000' },
};

const verify = (request: SignableRequest, options: { secret?: string | undefined; nowMs?: number } = {}): void => {
  const claim = parseSignatureClaim(request, expected);
  if (claim === undefined) throw new Error('the request is anonymous');
  const payloadLine = readPayloadLine(request, claim).line;
  verifySignature({ request, claim, secret, payloadLine, keys, nowMs, ...options });
};

const errorOf = (run: () => void): S3Error | undefined => {
  try {
    run();
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
  return undefined;
};

const signed = (request: RequestToSign = plain, by: Partial<SigningScope> = {}): SignableRequest => ({
  ...request,
  headers: signRequest(request, { ...scope, ...by }, UNSIGNED_PAYLOAD).headers,
});

test('the prepared HMAC is HMAC', () => {
  const key = deriveSigningKey(secret, '20260821', 'us-east-1', 's3');
  let raw = Buffer.from(`AWS4${secret}`);
  for (const text of ['20260821', 'us-east-1', 's3', 'aws4_request'])
    raw = createHmac('sha256', raw).update(text).digest();
  for (const message of ['', 'short', 'x'.repeat(1024), 'y'.repeat(1025)]) {
    expect(key.sign(message)).toBe(createHmac('sha256', raw).update(message).digest('hex'));
  }
});

test.each([
  ['plain', plain],
  ['a key to be escaped', { ...plain, rawPath: `/bucket/${encodeUriPath("it's (a) +%?&=\u{1f600}//.../")}` }],
  ['a key that was sent unescaped', { ...plain, rawPath: '/bucket/a+b=c@d:e$f' }],
  ['a query', { ...plain, rawQuery: 'prefix=a%2Fb%20c&list-type=2&versions&marker=+x' }],
  [
    'metadata',
    {
      ...plain,
      headers: { ...plain.headers, 'x-amz-meta-a': '  two   spaces ', 'x-amz-meta-b': 'gr\u00c3\u00bc\u00c3\u009fe' },
    },
  ],
])('what was signed verifies: %s', (_name, request) => {
  expect(errorOf(() => verify(signed(request)))).toBeUndefined();
  const rawQuery = presignQuery({ ...request, headers: { host: 'localhost:9000' } }, scope, 60);
  expect(errorOf(() => verify({ ...request, headers: { host: 'localhost:9000' }, rawQuery }))).toBeUndefined();
});

test('a key whose slashes are escaped may be signed either way', () => {
  const rawPath = '/bucket/a%2Fb';
  expect(errorOf(() => verify({ ...signed({ ...plain, rawPath }), rawPath }))).toBeUndefined();
  expect(errorOf(() => verify({ ...signed({ ...plain, rawPath: '/bucket/a/b' }), rawPath }))).toBeUndefined();
  expect(errorOf(() => verify({ ...signed({ ...plain, rawPath: '/bucket/a/c' }), rawPath }))?.code).toBe(
    'SignatureDoesNotMatch',
  );
});

test('repeated headers are joined as the signer joined them', () => {
  const request = { ...plain, headers: { ...plain.headers, 'x-amz-meta-a': 'one,two' } };
  const sent = signed(request);
  const joinedByParser = { ...sent.headers, 'x-amz-meta-a': 'one, two' };
  const rawHeaders = ['X-Amz-Meta-A', 'one', 'x-amz-meta-a', 'two'];
  expect(errorOf(() => verify({ ...sent, headers: joinedByParser, rawHeaders }))).toBeUndefined();
});

describe('the order of refusals', () => {
  const tampered = (change: (authorization: string) => string): SignableRequest => {
    const request = signed();
    return {
      ...request,
      headers: { ...request.headers, authorization: change(String(request.headers.authorization)) },
    };
  };

  test.each<[string, string, () => SignableRequest, { secret?: string | undefined; nowMs?: number }]>([
    [
      'no credential',
      'AuthorizationHeaderMalformed',
      () => tampered((text) => text.replace(/Credential=[^,]*,/, '')),
      {},
    ],
    ['no signature', 'AuthorizationHeaderMalformed', () => tampered((text) => text.replace(/,Signature=.*/, '')), {}],
    [
      'terminal',
      'AuthorizationHeaderMalformed',
      () => tampered((text) => text.replace('aws4_request', 'aws3_request')),
      {},
    ],
    ['date', 'AuthorizationHeaderMalformed', () => tampered((text) => text.replace('20260821', '20260822')), {}],
    ['region', 'AuthorizationHeaderMalformed', () => signed(plain, { region: 'eu-west-1' }), {}],
    ['service', 'AuthorizationHeaderMalformed', () => signed(plain, { service: 'sqs' }), {}],
    [
      'a malformed one of an unknown key',
      'AuthorizationHeaderMalformed',
      () => signed(plain, { service: 'sqs' }),
      { secret: undefined },
    ],
    ['unknown key', 'InvalidAccessKeyId', () => signed(), { secret: undefined, nowMs: 0 }],
    ['skew', 'RequestTimeTooSkewed', () => signed(), { secret: 'wrong', nowMs: nowMs + 15 * 60_000 + 1 }],
    ['wrong secret', 'SignatureDoesNotMatch', () => signed(), { secret: 'wrong' }],
    ['other path', 'SignatureDoesNotMatch', () => ({ ...signed(), rawPath: '/bucket/other' }), {}],
    ['other method', 'SignatureDoesNotMatch', () => ({ ...signed(), method: 'DELETE' }), {}],
    [
      'unsigned header',
      'AccessDenied',
      () => ({ ...signed(), headers: { ...signed().headers, 'x-amz-acl': 'public-read' } }),
      {},
    ],
    ['version 2', 'InvalidRequest', () => tampered(() => 'AWS AKID:c2ln'), {}],
    [
      'version 2, presigned',
      'InvalidRequest',
      () => ({ ...plain, rawQuery: 'AWSAccessKeyId=AKID&Signature=c2ln&Expires=1' }),
      {},
    ],
    ['other scheme', 'InvalidArgument', () => tampered(() => 'Basic dXNlcg=='), {}],
    ['two mechanisms', 'InvalidArgument', () => ({ ...signed(), rawQuery: 'X-Amz-Algorithm=AWS4-HMAC-SHA256' }), {}],
  ])('%s', (_name, code, request, options) => {
    expect(errorOf(() => verify(request(), options))?.code).toBe(code);
  });

  test('elements that explain', () => {
    expect(errorOf(() => verify(signed(plain, { region: 'eu-west-1' })))?.details).toEqual({ Region: 'us-east-1' });
    const mismatch = errorOf(() => verify(signed(), { secret: 'wrong' }))?.details;
    expect(mismatch?.StringToSign).toMatch(
      /^AWS4-HMAC-SHA256\n20260821T120000Z\n20260821\/us-east-1\/s3\/aws4_request\n/,
    );
    expect(mismatch?.CanonicalRequest).toMatch(/^GET\n\/bucket\/key\n\nhost:localhost:9000\n/);
    expect(mismatch?.CanonicalRequestBytes).toMatch(/^47 45 54 0a/);
    expect(errorOf(() => verify(signed(), { secret: undefined }))?.details).toEqual({ AWSAccessKeyId: 'AKID' });
  });

  test('anonymous requests carry no claim', () => {
    expect(parseSignatureClaim(plain, expected)).toBeUndefined();
  });

  test('a rotated secret takes effect at once', () => {
    const request = signed(plain, {
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'new' },
      keys: new SigningKeyCache(),
    });
    expect(errorOf(() => verify(request))?.code).toBe('SignatureDoesNotMatch');
    expect(errorOf(() => verify(request, { secret: 'new' }))).toBeUndefined();
    expect(errorOf(() => verify(request))?.code).toBe('SignatureDoesNotMatch');
  });
});

describe('presigned', () => {
  const presigned = (expiresSeconds = 60): SignableRequest => ({
    ...plain,
    rawQuery: presignQuery(plain, scope, expiresSeconds),
  });
  const edit = (change: (query: string) => string): SignableRequest => ({
    ...presigned(),
    rawQuery: change(presigned().rawQuery),
  });

  test.each<[string, string, SignableRequest, number]>([
    [
      'missing parameter',
      'AuthorizationQueryParametersError',
      edit((query) => query.replace(/&X-Amz-Date=[^&]*/, '')),
      nowMs,
    ],
    [
      'expires is text',
      'AuthorizationQueryParametersError',
      edit((query) => query.replace('Expires=60', 'Expires=soon')),
      nowMs,
    ],
    [
      'expires negative',
      'AuthorizationQueryParametersError',
      edit((query) => query.replace('Expires=60', 'Expires=-1')),
      nowMs,
    ],
    ['expires past a week', 'AuthorizationQueryParametersError', presigned(604_801), nowMs],
    ['expired', 'AccessDenied', presigned(), nowMs + 61_000],
    ['from the future', 'AccessDenied', presigned(), nowMs - 16 * 60_000],
    ['other parameter', 'SignatureDoesNotMatch', edit((query) => `${query}&versionId=1`), nowMs],
  ])('%s', (_name, code, request, at) => {
    expect(errorOf(() => verify(request, { nowMs: at }))?.code).toBe(code);
  });

  test('an expired one says so', () => {
    expect(errorOf(() => verify(presigned(), { nowMs: nowMs + 61_000 }))).toMatchObject({
      message: 'Request has expired',
      details: { 'X-Amz-Expires': '60', Expires: '2026-08-21T12:01:00.000Z', ServerTime: '2026-08-21T12:01:01.000Z' },
    });
  });

  test('a raw semicolon in the list of signed headers', () => {
    const query = presignQuery({ ...plain, headers: { ...plain.headers, range: 'bytes=0-1' } }, scope, 60);
    const request = {
      ...plain,
      headers: { ...plain.headers, range: 'bytes=0-1' },
      rawQuery: query.replace('%3B', ';'),
    };
    expect(errorOf(() => verify(request))).toBeUndefined();
  });
});

describe('content hash', () => {
  test.each<[string, Record<string, string>]>([
    ['InvalidRequest', {}],
    ['InvalidArgument', { 'x-amz-content-sha256': 'STREAMING-SOMETHING' }],
    ['InvalidArgument', { 'x-amz-content-sha256': 'abc' }],
  ])('%s: %j', (code, extra) => {
    const request = signed();
    const headers = { ...request.headers, 'x-amz-content-sha256': undefined, ...extra };
    const claim = parseSignatureClaim({ ...request, headers }, expected);
    expect(errorOf(() => readPayloadLine({ ...request, headers }, claim))?.code).toBe(code);
  });
});

describe('dialects of the table doors', () => {
  const body = '{"namespace":["a"]}';
  const bodySha256 = hash('sha256', body, 'hex');
  const rawPath = '/iceberg/v1/bucket/namespaces/a%1Fb';

  const verifyDialect = (request: SignableRequest, sha256 = bodySha256): S3Error | undefined =>
    errorOf(() => {
      const claim = parseSignatureClaim(request, { region: 'us-east-1', services: ['s3', 's3tables'] });
      if (claim === undefined) throw new Error('the request is anonymous');
      verifyDialectSignature({ request, claim, secret, keys, nowMs, bodySha256: sha256 });
    });

  /** Signs as a client does that canonicalises `signedPath` and states the hash as `header`. */
  const sign = (signedPath: string, header: string | undefined, sent = rawPath): SignableRequest => {
    const request = { method: 'POST', rawPath: signedPath, rawQuery: '', headers: { host: 'localhost:9000' } };
    // The signer always adds the hash header; clients that leave it out, or send base64, sign what they send.
    const amz = signRequest(request, { ...scope, service: 's3tables' }, bodySha256).headers;
    if (header === bodySha256) return { ...request, rawPath: sent, headers: amz };
    const headers: Record<string, string> = { host: 'localhost:9000', 'x-amz-date': String(amz['x-amz-date']) };
    if (header !== undefined) headers['x-amz-content-sha256'] = header;
    const names = Object.keys(headers).sort();
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const path = signedPath
      .split('/')
      .map((part) => encodeURIComponent(decodeURIComponent(part)))
      .join('/');
    const canonical = `POST\n${path}\n\n${lines}\n${names.join(';')}\n${bodySha256}`;
    const scopeText = '20260821/us-east-1/s3tables/aws4_request';
    const text = `AWS4-HMAC-SHA256\n20260821T120000Z\n${scopeText}\n${hash('sha256', canonical, 'hex')}`;
    const signature = deriveSigningKey(secret, '20260821', 'us-east-1', 's3tables').sign(text);
    headers.authorization = `AWS4-HMAC-SHA256 Credential=AKID/${scopeText}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    return { ...request, rawPath: sent, headers };
  };
  const twice = '/iceberg/v1/bucket/namespaces/a%251Fb';
  const base64 = Buffer.from(bodySha256, 'hex').toString('base64');

  test.each<[string, SignableRequest]>([
    ['path as sent, hash in hex', sign(rawPath, bodySha256)],
    ['path escaped twice, hash in hex', sign(twice, bodySha256)],
    ['path escaped twice, no hash', sign(twice, undefined)],
    ['path escaped twice, hash in base64', sign(twice, base64)],
  ])('%s', (_name, request) => {
    expect(verifyDialect(request)).toBeUndefined();
  });

  test('another body, another path, dot segments', () => {
    const other = hash('sha256', 'other', 'hex');
    expect(verifyDialect(sign(twice, bodySha256), other)?.code).toBe('XAmzContentSHA256Mismatch');
    expect(verifyDialect(sign(twice, base64), other)?.code).toBe('XAmzContentSHA256Mismatch');
    expect(verifyDialect(sign(twice, undefined), other)?.code).toBe('SignatureDoesNotMatch');
    expect(verifyDialect(sign(rawPath, bodySha256, '/iceberg/v1/bucket/namespaces/c'))?.code).toBe(
      'SignatureDoesNotMatch',
    );
    expect(verifyDialect(sign('/iceberg/../x', bodySha256, '/iceberg/../x'))?.code).toBe('InvalidURI');
    expect(verifyDialect(sign('/iceberg/%2e%2e/x', bodySha256, '/iceberg/%2e%2e/x'))?.code).toBe('InvalidURI');
  });
});
