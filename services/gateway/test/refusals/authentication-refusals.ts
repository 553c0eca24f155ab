/** Signatures (s3.md rules 11 to 16). */
import { SigningKeyCache, signRequest } from '@needlestack/s3-protocol';
import { ROOT } from '../support/start-test-store.ts';
import { type Answer, TestClient } from '../support/test-client.ts';
import { type Asking, call, configure, ofRule, type Refusal } from './refusal.ts';

const PATH = '/bucket/key';

/** A PUT whose signed headers were changed afterwards. */
const tampered = (tamper: (headers: Record<string, string>) => void): Asking =>
  call('PUT', PATH, { body: 'x', tamper });

const reworded = (from: RegExp, to: string): Asking =>
  tampered((headers) => {
    headers.authorization = `${headers.authorization}`.replace(from, to);
  });

/** Signed at another time than now. */
const signedAt =
  (nowMs: () => number, service = 's3'): Asking =>
  ({ store }) => {
    const request = { method: 'GET', rawPath: PATH, rawQuery: '', headers: { host: `127.0.0.1:${store.port}` } };
    const scope = { credentials: ROOT, region: 'us-east-1', service, nowMs: nowMs(), keys: new SigningKeyCache() };
    return store.client.send('GET', PATH, signRequest(request, scope, 'UNSIGNED-PAYLOAD').headers);
  };

const as =
  (credentials: Partial<typeof ROOT>): Asking =>
  ({ store }) =>
    new TestClient(store.port, { ...ROOT, ...credentials }).call('PUT', PATH, { body: 'x' });

const presigned =
  (change: (target: string) => string, seconds = 60, nowMs = (): number => Date.now()): Asking =>
  ({ store }): Promise<Answer> =>
    store.client.send('GET', change(store.client.presign('GET', PATH, seconds, '', nowMs())));
const without = (name: string): Asking => presigned((target) => target.replace(new RegExp(`[?&]${name}=[^&]*`), ''));

const hashed = (value: string): Asking =>
  tampered((headers) => {
    headers['x-amz-content-sha256'] = value;
  });

/** Claims to be signed with SigV4A, and is not. */
const asymmetric =
  (headers: Readonly<Record<string, string>>): Asking =>
  ({ store }) => {
    const amzDate = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const signedHeaders = ['host', 'x-amz-content-sha256', 'x-amz-date', ...Object.keys(headers)].join(';');
    const credential = `${ROOT.accessKeyId}/${amzDate.slice(0, 8)}/s3/aws4_request`;
    return store.client.send('GET', PATH, {
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-date': amzDate,
      ...headers,
      authorization: `AWS4-ECDSA-P256-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=3006020101020101`,
    });
  };

const MALFORMED = 'AuthorizationHeaderMalformed';
const QUERY = 'AuthorizationQueryParametersError';
const MINUTE_MS = 60_000;

export const AUTHENTICATION_REFUSALS: readonly Refusal[] = [
  ...ofRule(11, [
    ['no credential', 400, MALFORMED, reworded(/Credential=[^,]*, ?/, '')],
    ['no signed headers', 400, MALFORMED, reworded(/SignedHeaders=[^,]*, ?/, '')],
    ['no signature', 400, MALFORMED, reworded(/, ?Signature=.*/, '')],
    ['another terminal', 400, MALFORMED, reworded(/aws4_request/, 'aws5_request')],
    ['a credential of too few parts', 400, MALFORMED, reworded(/\/aws4_request/, '')],
    ['no date in the credential', 400, MALFORMED, reworded(/\/\d{8}\//, '/today/')],
    ['another date than x-amz-date', 400, MALFORMED, reworded(/\/\d{8}\//, '/20200101/')],
    ['another region', 400, MALFORMED, call('PUT', PATH, { body: 'x', region: 'eu-west-1' }), { Region: 'us-east-1' }],
    ['no region', 400, MALFORMED, call('PUT', PATH, { body: 'x', region: '' })],
    ['another service', 400, MALFORMED, signedAt(Date.now, 'ec2')],
    ['a key of nobody', 403, 'InvalidAccessKeyId', as({ accessKeyId: 'NOBODY' }), { AWSAccessKeyId: 'NOBODY' }],
    [
      '16 minutes ago',
      403,
      'RequestTimeTooSkewed',
      signedAt(() => Date.now() - 16 * MINUTE_MS),
      { MaxAllowedSkewMilliseconds: '900000', RequestTime: /\d/, ServerTime: /\d/ },
    ],
    ['in 16 minutes', 403, 'RequestTimeTooSkewed', signedAt(() => Date.now() + 16 * MINUTE_MS)],
    [
      'another secret',
      403,
      'SignatureDoesNotMatch',
      as({ secretAccessKey: 'other' }),
      {
        AWSAccessKeyId: ROOT.accessKeyId,
        StringToSign: /AWS4-HMAC-SHA256/,
        SignatureProvided: /^[0-9a-f]{64}$/,
        StringToSignBytes: /^41 57/,
        CanonicalRequest: /PUT/,
        CanonicalRequestBytes: /^50 55/,
      },
    ],
    [
      'a header that was not signed',
      403,
      'AccessDenied',
      tampered((headers) => {
        headers['x-amz-meta-late'] = 'x';
      }),
      { HeadersNotSigned: 'x-amz-meta-late' },
    ],
    [
      'another mechanism',
      400,
      'InvalidArgument',
      tampered((headers) => {
        headers.authorization = 'Bearer token';
      }),
    ],
    [
      'two mechanisms at once',
      400,
      'InvalidArgument',
      ({ store }) => {
        const { client } = store;
        return client.send('GET', client.presign('GET', PATH, 60), { authorization: 'AWS4-HMAC-SHA256 Credential=x' });
      },
    ],
  ]),
  ...ofRule(12, [
    [
      'no hash of the body',
      400,
      'InvalidRequest',
      tampered((headers) => {
        delete headers['x-amz-content-sha256'];
      }),
    ],
    [
      'a hash that is none',
      400,
      'InvalidArgument',
      hashed('abc'),
      { ArgumentName: 'x-amz-content-sha256', ArgumentValue: 'abc' },
    ],
    ['a streaming name that is none', 400, 'InvalidArgument', hashed('STREAMING-AWS9')],
    [
      'another body',
      400,
      'XAmzContentSHA256Mismatch',
      call('PUT', PATH, { body: 'x', sentBody: Buffer.from('y') }),
      { ClientComputedContentSHA256: /^[0-9a-f]{64}$/, S3ComputedContentSHA256: /^[0-9a-f]{64}$/ },
    ],
    [
      'a document in signed chunks',
      400,
      'InvalidRequest',
      call('PUT', '/bucket', { query: 'versioning', body: '<VersioningConfiguration/>', payload: 'streaming' }),
    ],
    [
      'a document of another hash',
      400,
      'XAmzContentSHA256Mismatch',
      call('PUT', '/bucket', {
        query: 'tagging',
        body: '<Tagging><TagSet/></Tagging>',
        sentBody: Buffer.from('<Tagging><TagSet></TagSet></T'),
      }),
    ],
  ]),
  ...ofRule(13, [
    ...['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature'].map(
      (name) => [`without ${name}`, 400, QUERY, without(name)] as const,
    ),
    [
      'a lifetime that is no number',
      400,
      QUERY,
      presigned((target) => target.replace('X-Amz-Expires=60', 'X-Amz-Expires=soon')),
    ],
    ['a negative lifetime', 400, QUERY, presigned((target) => target.replace('X-Amz-Expires=60', 'X-Amz-Expires=-1'))],
    ['a lifetime past a week', 400, QUERY, presigned((target) => target, 604_801)],
    [
      'expired',
      403,
      'AccessDenied',
      presigned(
        (target) => target,
        60,
        () => Date.now() - 2 * MINUTE_MS,
      ),
      { Message: 'Request has expired', 'X-Amz-Expires': '60', Expires: /\d/, ServerTime: /\d/ },
    ],
    [
      'not yet valid',
      403,
      'AccessDenied',
      presigned(
        (target) => target,
        60,
        () => Date.now() + 20 * MINUTE_MS,
      ),
    ],
    [
      'headers of the answer asked for by nobody',
      400,
      'InvalidRequest',
      ({ nobody }) => nobody.call('GET', PATH, { query: 'response-content-type=a' }),
    ],
  ]),
  ...ofRule(15, [
    ['SigV4A without its set of regions', 400, MALFORMED, asymmetric({})],
    ['SigV4A for other regions', 400, MALFORMED, asymmetric({ 'x-amz-region-set': 'eu-*' })],
    ['SigV4A of another secret', 403, 'SignatureDoesNotMatch', asymmetric({ 'x-amz-region-set': '*' })],
  ]),
  ...ofRule(16, [
    [
      'version 2 in a header',
      400,
      'InvalidRequest',
      tampered((headers) => {
        headers.authorization = `AWS ${ROOT.accessKeyId}:AAAA`;
      }),
    ],
    [
      'version 2 in the query',
      400,
      'InvalidRequest',
      ({ store }) =>
        store.client.send('GET', `${PATH}?AWSAccessKeyId=${ROOT.accessKeyId}&Signature=x&Expires=9999999999`),
    ],
  ]),
  ...ofRule(21, [
    [
      'a document of another MD5',
      400,
      'BadDigest',
      configure('/bucket', 'tagging', '<Tagging><TagSet/></Tagging>', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }),
    ],
    [
      'a document whose MD5 is none',
      400,
      'InvalidDigest',
      configure('/bucket', 'tagging', '<Tagging><TagSet/></Tagging>', { 'content-md5': 'AAAA' }),
    ],
    [
      'keys to delete without a digest',
      400,
      'InvalidRequest',
      call('POST', '/bucket', { query: 'delete', body: '<Delete><Object><Key>key</Key></Object></Delete>' }),
    ],
    ['a retention without a digest', 400, 'InvalidRequest', configure('/locked/governed', 'retention', '<Retention/>')],
    [
      'a legal hold without a digest',
      400,
      'InvalidRequest',
      configure('/locked/governed', 'legal-hold', '<LegalHold><Status>OFF</Status></LegalHold>'),
    ],
    [
      'a lock configuration without a digest',
      400,
      'InvalidRequest',
      configure(
        '/locked',
        'object-lock',
        '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
      ),
    ],
  ]),
];
