/** Conditions, ranges, part numbers, copies, listings, encryption (s3.md rules 26 to 31, 36 to 39, 47). */
import { createHash, randomBytes } from 'node:crypto';
import { type Asking, call, configure, ofRule, put, type Refusal } from './refusal.ts';
import { proven } from './refusal-store.ts';

const get = (headers: Readonly<Record<string, string>>): Asking => call('GET', '/bucket/key', { headers });
const overwrite = (headers: Readonly<Record<string, string>>, path = '/bucket/key'): Asking =>
  call('PUT', path, { body: 'other', headers });
const copy = (source: string, headers: Readonly<Record<string, string>> = {}, path = '/bucket/refused'): Asking =>
  call('PUT', path, { headers: { 'x-amz-copy-source': source, ...headers } });
const list = (query: string): Asking => call('GET', '/bucket', { query });

const PAST = 'Sat, 01 Jan 2000 00:00:00 GMT';
const FUTURE = 'Fri, 01 Jan 2100 00:00:00 GMT';
const FAILED = 'PreconditionFailed';

const SSE = 'x-amz-server-side-encryption';
const key = randomBytes(32);
const customer = (
  changes: Readonly<Record<string, string>> = {},
  prefix = `${SSE}-customer-`,
): Record<string, string> => {
  const headers: Record<string, string> = {
    algorithm: 'AES256',
    key: key.toString('base64'),
    'key-md5': createHash('md5').update(key).digest('base64'),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === '' ? [] : [[`${prefix}${name}`, value]])),
  );
};
const SOURCE_CUSTOMER = 'x-amz-copy-source-server-side-encryption-customer-';
const TLS = { 'x-forwarded-proto': 'https' };

export const OBJECT_REFUSALS: readonly Refusal[] = [
  ...ofRule(26, [
    ['If-Match of another ETag', 412, FAILED, get({ 'if-match': '"x"' }), { Condition: 'If-Match' }],
    ['HEAD of it', 412, undefined, call('HEAD', '/bucket/key', { headers: { 'if-match': '"x"' } })],
    [
      'If-Unmodified-Since of long ago',
      412,
      FAILED,
      get({ 'if-unmodified-since': PAST }),
      { Condition: 'If-Unmodified-Since' },
    ],
    [
      'If-None-Match of its ETag',
      304,
      undefined,
      (s) => s.root.call('GET', '/bucket/key', { headers: { 'if-none-match': s.etag } }),
    ],
    [
      'If-Modified-Since of the future',
      304,
      undefined,
      get({ 'if-modified-since': new Date(Date.now() + 3_600_000).toUTCString() }),
    ],
    [
      'a copy of another ETag',
      412,
      FAILED,
      copy('/bucket/key', { 'x-amz-copy-source-if-match': 'x' }),
      { Condition: 'x-amz-copy-source-If-Match' },
    ],
    [
      'a copy of anything but its ETag',
      412,
      FAILED,
      (s) => copy('/bucket/key', { 'x-amz-copy-source-if-none-match': s.etag })(s),
    ],
    [
      'a copy of what was changed since long ago',
      412,
      FAILED,
      copy('/bucket/key', { 'x-amz-copy-source-if-unmodified-since': PAST }),
      { Condition: 'x-amz-copy-source-If-Unmodified-Since' },
    ],
    [
      'a copy of what was not changed',
      412,
      FAILED,
      copy('/bucket/key', { 'x-amz-copy-source-if-modified-since': FUTURE }),
    ],
  ]),
  ...ofRule(27, [
    [
      'If-None-Match of an ETag',
      501,
      'NotImplemented',
      overwrite({ 'if-none-match': '"x"' }),
      { Header: 'If-None-Match' },
    ],
    ['both conditions', 501, 'NotImplemented', overwrite({ 'if-none-match': '*', 'if-match': '"x"' })],
    [
      'If-None-Match: * of what is there',
      412,
      FAILED,
      overwrite({ 'if-none-match': '*' }),
      { Condition: 'If-None-Match' },
    ],
    ['If-Match of another ETag', 412, FAILED, overwrite({ 'if-match': '"x"' }), { Condition: 'If-Match' }],
    ['If-Match of what is not there', 404, 'NoSuchKey', overwrite({ 'if-match': '"x"' }, '/bucket/nothing')],
    ['If-Match of a delete marker', 404, 'NoSuchKey', overwrite({ 'if-match': '*' }, '/versions/gone')],
    ...['if-modified-since', 'if-unmodified-since'].flatMap((name) => [
      [`${name} of a write`, 501, 'NotImplemented', overwrite({ [name]: PAST }), { Header: name }] as const,
      [`${name} of a copy`, 501, 'NotImplemented', copy('/bucket/key', { [name]: PAST })] as const,
    ]),
    ['a copy onto what is there', 412, FAILED, copy('/bucket/empty', { 'if-none-match': '*' }, '/bucket/key')],
    ['a copy onto another ETag', 412, FAILED, copy('/bucket/empty', { 'if-match': '"x"' }, '/bucket/key')],
  ]),
  ...ofRule(28, [
    ...['if-none-match', 'if-modified-since', 'if-unmodified-since'].map(
      (name) =>
        [
          `${name} of a delete`,
          501,
          'NotImplemented',
          call('DELETE', '/bucket/key', { headers: { [name]: PAST } }),
          { Header: name },
        ] as const,
    ),
    ['a delete of another ETag', 412, FAILED, call('DELETE', '/bucket/key', { headers: { 'if-match': '"x"' } })],
    [
      'a delete by size',
      501,
      'NotImplemented',
      call('DELETE', '/bucket/key', { headers: { 'x-amz-if-match-size': '1' } }),
      { Header: 'x-amz-if-match-size' },
    ],
    [
      'a delete by time',
      501,
      'NotImplemented',
      call('DELETE', '/bucket/key', { headers: { 'x-amz-if-match-last-modified-time': PAST } }),
    ],
    [
      'one of many keys by another ETag',
      200,
      FAILED,
      call('POST', '/bucket', {
        query: 'delete',
        ...proven('<Delete><Object><Key>key</Key><ETag>x</ETag></Object></Delete>'),
      }),
      { Key: 'key' },
    ],
  ]),
  ...ofRule(29, [
    [
      'a range past the end',
      416,
      'InvalidRange',
      get({ range: 'bytes=99-' }),
      { RangeRequested: 'bytes=99-', ActualObjectSize: '8' },
    ],
    ['the last no bytes', 416, 'InvalidRange', get({ range: 'bytes=-0' })],
    ['a range of nothing', 416, 'InvalidRange', call('GET', '/bucket/empty', { headers: { range: 'bytes=0-0' } })],
    ['HEAD of a range past the end', 416, undefined, call('HEAD', '/bucket/key', { headers: { range: 'bytes=99-' } })],
  ]),
  ...ofRule(30, [
    [
      'a part number with a range',
      400,
      'InvalidRequest',
      call('GET', '/bucket/key', { query: 'partNumber=1', headers: { range: 'bytes=0-1' } }),
    ],
    [
      'a part beyond the last',
      416,
      'InvalidPartNumber',
      call('GET', '/bucket/key', { query: 'partNumber=2' }),
      { ActualPartCount: '1', PartNumberRequested: '2' },
    ],
    ['part 0', 400, 'InvalidArgument', call('GET', '/bucket/key', { query: 'partNumber=0' })],
    ['a part of what is not completed', 404, 'NoSuchKey', call('GET', '/bucket/parts', { query: 'partNumber=1' })],
  ]),
  ...ofRule(31, [
    ['a source that is not there', 404, 'NoSuchKey', copy('/bucket/nothing')],
    ['a source in no bucket', 404, 'NoSuchBucket', copy('/nowhere/key')],
    [
      'a source that is not encoded',
      400,
      'InvalidArgument',
      copy('/bucket/%zz'),
      { ArgumentName: 'x-amz-copy-source' },
    ],
    ['a bucket that is not encoded', 400, 'InvalidArgument', copy('100%/key'), { ArgumentName: 'x-amz-copy-source' }],
    [
      'a range of a source',
      501,
      'NotImplemented',
      copy('/bucket/key', { 'x-amz-copy-source-range': 'bytes=0-1' }),
      { Header: 'x-amz-copy-source-range' },
    ],
    [
      'a source in the query, without key',
      400,
      'InvalidArgument',
      call('PUT', '/bucket/refused', { query: 'x-amz-copy-source=bucket' }),
      { ArgumentName: 'x-amz-copy-source' },
    ],
    [
      'a header in the query that can be none',
      400,
      'InvalidArgument',
      call('PUT', '/bucket/refused', { query: 'X-Amz-Website-Redirect-Location=%2Fa%0Ab', body: 'x' }),
      { ArgumentName: 'X-Amz-Website-Redirect-Location' },
    ],
    ['a source without key', 400, 'InvalidArgument', copy('bucket'), { ArgumentName: 'x-amz-copy-source' }],
    ['a source of an empty version', 400, 'InvalidArgument', copy('/bucket/key?versionId=')],
    ['a version that is not there', 404, 'NoSuchVersion', copy(`/versions/key?versionId=${'0'.repeat(32)}`)],
    ['a delete marker', 404, 'NoSuchKey', copy('/versions/gone')],
    ['a delete marker by its id', 400, 'InvalidRequest', (s) => copy(`/versions/gone?versionId=${s.markerId}`)(s)],
    ['onto itself with nothing changed', 400, 'InvalidRequest', copy('/bucket/key', {}, '/bucket/key')],
    ['more than 5 GiB', 400, 'InvalidRequest', copy('/bucket/huge')],
    [
      'an unknown directive',
      400,
      'InvalidArgument',
      copy('/bucket/key', { 'x-amz-metadata-directive': 'MERGE' }),
      { ArgumentName: 'x-amz-metadata-directive' },
    ],
    [
      'an unknown directive for tags',
      400,
      'InvalidArgument',
      copy('/bucket/key', { 'x-amz-tagging-directive': 'MERGE' }),
    ],
  ]),
  ...ofRule(38, [
    ...['max-keys=-1', 'max-keys=many', 'list-type=2&max-keys=-1', 'versions&max-keys=x', 'uploads&max-uploads=x'].map(
      (query) => [`?${query}`, 400, 'InvalidArgument', list(query)] as const,
    ),
    ...[
      'prefix',
      'marker',
      'list-type=2&prefix',
      'list-type=2&start-after',
      'versions&prefix',
      'versions&key-marker',
      'versions&version-id-marker=null&key-marker',
      'uploads&prefix',
      'uploads&key-marker',
      'uploads&upload-id-marker=x&key-marker',
    ].map(
      (query) =>
        [
          `?${query} longer than a key`,
          400,
          'KeyTooLongError',
          list(`${query}=${'k'.repeat(5_000)}`),
          { Size: '5000', MaxSizeAllowed: '1024' },
        ] as const,
    ),
    ['buckets of such a prefix', 400, 'KeyTooLongError', call('GET', '/', { query: `prefix=${'b'.repeat(5_000)}` })],
    ['another encoding', 400, 'InvalidArgument', list('encoding-type=base64'), { ArgumentName: 'encoding-type' }],
    [
      'a token that is none',
      400,
      'InvalidArgument',
      list('list-type=2&continuation-token=%21'),
      { ArgumentName: 'continuation-token' },
    ],
    [
      'a token for what is no key',
      400,
      'InvalidArgument',
      list(`list-type=2&continuation-token=${Buffer.from(`k${'k'.repeat(5_000)}`).toString('base64url')}`),
    ],
  ]),
  ...ofRule(39, [
    ['a version marker without key marker', 400, 'InvalidArgument', list('versions&version-id-marker=null')],
    [
      'a version marker that is none',
      400,
      'InvalidArgument',
      list('versions&key-marker=key&version-id-marker=x'),
      { ArgumentName: 'version-id-marker', ArgumentValue: 'x' },
    ],
  ]),
  ...ofRule(47, [
    ['a customer key over plain HTTP', 400, 'InvalidRequest', put(customer())],
    ['a customer key without algorithm', 400, 'InvalidArgument', put({ ...TLS, ...customer({ algorithm: '' }) })],
    [
      'another algorithm',
      400,
      'InvalidEncryptionAlgorithmError',
      put({ ...TLS, ...customer({ algorithm: 'AES128' }) }),
    ],
    ['an algorithm without key', 400, 'InvalidArgument', put({ ...TLS, ...customer({ key: '' }) })],
    ['a key of 3 bytes', 400, 'InvalidArgument', put({ ...TLS, ...customer({ key: 'AAAA' }) })],
    ['a key without MD5', 400, 'InvalidArgument', put({ ...TLS, ...customer({ 'key-md5': '' }) })],
    [
      'a key of another MD5',
      400,
      'InvalidArgument',
      put({ ...TLS, ...customer({ 'key-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }) }),
    ],
    ['a customer key for an object that has none', 400, 'InvalidRequest', get({ ...TLS, ...customer() })],
    [
      'a customer key for a source that has none',
      400,
      'InvalidRequest',
      copy('/bucket/key', { ...TLS, ...customer({}, SOURCE_CUSTOMER) }),
    ],
    [
      'half a customer key for a source',
      400,
      'InvalidArgument',
      copy('/bucket/key', { ...TLS, ...customer({ key: '' }, SOURCE_CUSTOMER) }),
    ],
    ['two ways at once', 400, 'InvalidArgument', put({ ...TLS, ...customer(), [SSE]: 'AES256' })],
    ['an unknown method', 400, 'InvalidArgument', put({ [SSE]: 'rot13' })],
    ['a key id without aws:kms', 400, 'InvalidArgument', put({ [`${SSE}-aws-kms-key-id`]: 'first' })],
    ['a key id with AES256', 400, 'InvalidArgument', put({ [SSE]: 'AES256', [`${SSE}-aws-kms-key-id`]: 'first' })],
    ['an unknown key', 400, 'KMS.NotFoundException', put({ [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: 'third' })],
    ['a context that is no JSON', 400, 'InvalidArgument', put({ [SSE]: 'aws:kms', [`${SSE}-context`]: 'eA==' })],
    [
      'GET that says how it is encrypted',
      400,
      'InvalidArgument',
      call('GET', '/bucket/sealed', { headers: { [SSE]: 'AES256' } }),
    ],
    ['HEAD that says it', 400, undefined, call('HEAD', '/bucket/sealed', { headers: { [SSE]: 'AES256' } })],
    [
      'another encryption of what lies plain',
      400,
      'InvalidRequest',
      configure(
        '/bucket/huge',
        'encryption',
        '<ObjectEncryption><SSE-KMS><KMSKeyArn>arn:aws:kms:us-east-1:000000000000:key/first</KMSKeyArn></SSE-KMS></ObjectEncryption>',
      ),
    ],
  ]),
  ...ofRule('2', [
    ['an unknown storage class', 400, 'InvalidStorageClass', put({ 'x-amz-storage-class': 'COLD' })],
    ['a redirect to nowhere', 400, 'InvalidRedirectLocation', put({ 'x-amz-website-redirect-location': 'elsewhere' })],
    ['no attribute asked for', 400, 'InvalidRequest', call('GET', '/bucket/key', { query: 'attributes' })],
    [
      'an unknown attribute',
      400,
      'InvalidArgument',
      call('GET', '/bucket/key', { query: 'attributes', headers: { 'x-amz-object-attributes': 'Colour' } }),
    ],
    [
      'a rename of what is not there',
      404,
      'NoSuchKey',
      call('PUT', '/bucket/refused', { query: 'renameObject', headers: { 'x-amz-rename-source': '/bucket/nothing' } }),
    ],
    ['a rename without source', 400, 'InvalidArgument', call('PUT', '/bucket/refused', { query: 'renameObject' })],
    [
      'a restore of what was never archived',
      403,
      'InvalidObjectState',
      call('POST', '/bucket/key', { query: 'restore', body: '<RestoreRequest><Days>1</Days></RestoreRequest>' }),
      { StorageClass: 'STANDARD' },
    ],
    ['a torrent', 404, 'NoSuchKey', call('GET', '/bucket/key', { query: 'torrent' })],
  ]),
];
