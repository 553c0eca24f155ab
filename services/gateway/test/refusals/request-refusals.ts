/** Request lines, headers and addresses (s3.md rules 1 to 10, 35, 51). */
import { call, configure, ofRule, put, type Refusal, withoutLength } from './refusal.ts';
import { proven } from './refusal-store.ts';

const manyKeys = `<Delete>${'<Object><Key>k</Key></Object>'.repeat(1_001)}</Delete>`;
const tagsOf = (count: number, name = (at: number): string => `k${at}`): string => {
  const tags = Array.from({ length: count }, (_, at) => `<Tag><Key>${name(at)}</Key><Value>v</Value></Tag>`);
  return `<Tagging><TagSet>${tags.join('')}</TagSet></Tagging>`;
};

export const REQUEST_REFUSALS: readonly Refusal[] = [
  ...ofRule(1, [
    ['half an escape', 400, 'InvalidURI', ({ store }) => store.client.send('GET', '/bucket/%4')],
    ['no UTF-8', 400, 'InvalidURI', ({ store }) => store.client.send('GET', '/bucket/%ff')],
  ]),
  ...ofRule(6, [
    ['8 KiB of headers', 400, 'RequestHeaderSectionTooLarge', put({ 'x-other': 'x'.repeat(9_000) }), { Size: /\d/ }],
    ['2 KiB of metadata', 400, 'MetadataTooLarge', put({ 'x-amz-meta-a': 'x'.repeat(2_048) }), { Size: '2049' }],
  ]),
  ...ofRule(7, [['a PUT without length', 411, 'MissingContentLength', withoutLength]]),
  ...ofRule(10, [
    [
      'GET of a sub-resource of buckets that is not served',
      501,
      'NotImplemented',
      call('GET', '/bucket', { query: 'session' }),
    ],
    ['GET of an unknown one', 501, 'NotImplemented', call('GET', '/bucket', { query: 'unheard-of' })],
    ['PUT of an unknown one', 501, 'NotImplemented', call('PUT', '/bucket', { query: 'unheard-of', body: 'x' })],
    [
      'PUT of an unknown one of objects',
      501,
      'NotImplemented',
      call('PUT', '/bucket/key', { query: 'unheard-of', body: 'x' }),
    ],
    ['POST of an unknown one of objects', 501, 'NotImplemented', call('POST', '/bucket/key', { query: 'unheard-of' })],
    [
      'DELETE of an unknown one of objects',
      501,
      'NotImplemented',
      call('DELETE', '/bucket/key', { query: 'unheard-of' }),
    ],
    [
      'appending',
      501,
      'NotImplemented',
      put({ 'x-amz-write-offset-bytes': '0' }),
      { Header: 'x-amz-write-offset-bytes' },
    ],
    [
      'appending, presigned',
      501,
      'NotImplemented',
      call('PUT', '/bucket/refused', { query: 'X-Amz-Write-Offset-Bytes=0', body: 'x' }),
    ],
    ['a tar file to be taken apart', 501, 'NotImplemented', put({ 'x-amz-meta-snowball-auto-extract': 'true' })],
    ['the same in other words', 501, 'NotImplemented', put({ 'x-minio-extract': 'true' })],
    ...[
      ['GET', '/bucket', 'acl&policy'],
      ['PUT', '/bucket/key', 'tagging&acl'],
      ['PUT', '/bucket/key', 'partNumber=1&uploadId=x&acl'],
      ['DELETE', '/bucket', 'cors&versions'],
    ].map(
      ([method = '', path = '', query = '']) =>
        [
          `${method} of ?${query}`,
          400,
          'InvalidArgument',
          call(method, path, { query }),
          { ArgumentName: 'ResourceType' },
        ] as const,
    ),
    ['S3 Control beyond the PublicAccessBlock', 501, 'NotImplemented', call('GET', '/v20180820/jobs')],
    [
      'a method that nobody knows',
      405,
      'MethodNotAllowed',
      call('PATCH', '/bucket/key'),
      { Method: 'PATCH', ResourceType: 'OBJECT' },
    ],
  ]),
  ...ofRule(35, [
    [
      'a key of 1,025 bytes',
      400,
      'KeyTooLongError',
      call('PUT', `/bucket/${'k'.repeat(1_025)}`, { body: 'x' }),
      { Size: '1025', MaxSizeAllowed: '1024' },
    ],
    ...['/bucket/.', '/bucket/..', '/bucket/a/../../b', '/bucket/../other/key'].map(
      (path) => [`the path ${path}`, 400, 'InvalidURI', call('PUT', path, { body: 'x' })] as const,
    ),
  ]),
  ...ofRule(49, [
    [
      'a bucket that is not there',
      404,
      'NoSuchBucket',
      call('GET', '/nowhere/key'),
      { BucketName: 'nowhere', Resource: '/nowhere/key' },
    ],
    ['an object that is not there', 404, 'NoSuchKey', call('GET', '/bucket/nothing'), { Key: 'nothing' }],
    ['HEAD of it', 404, undefined, call('HEAD', '/bucket/nothing')],
    ['DELETE in a bucket that is not there', 404, 'NoSuchBucket', call('DELETE', '/nowhere/key')],
    ['a bucket with something in it', 409, 'BucketNotEmpty', call('DELETE', '/bucket'), { BucketName: 'bucket' }],
  ]),
  ...ofRule(51, [
    ['1,001 keys at once', 400, 'MalformedXML', call('POST', '/bucket', { query: 'delete', ...proven(manyKeys) })],
    ...['<Key>key</Key><VersionID>x</VersionID>', '<Key>key</Key><Key>other</Key>', '<Key>key</Key><Other/>'].map(
      (inside) =>
        [
          `a key to delete with what is not understood: ${inside}`,
          400,
          'MalformedXML',
          call('POST', '/bucket', { query: 'delete', ...proven(`<Delete><Object>${inside}</Object></Delete>`) }),
        ] as const,
    ),
    ['no key at all', 400, 'MalformedXML', call('POST', '/bucket', { query: 'delete', ...proven('<Delete/>') })],
    ['11 tags of an object', 400, 'InvalidTag', configure('/bucket/key', 'tagging', tagsOf(11))],
    ['51 tags of a bucket', 400, 'InvalidTag', configure('/bucket', 'tagging', tagsOf(51))],
    [
      'two tags of one key',
      400,
      'InvalidTag',
      configure(
        '/bucket/key',
        'tagging',
        tagsOf(2, () => 'k'),
      ),
      { TagKey: 'k' },
    ],
    [
      'a tag key of 129 characters',
      400,
      'InvalidTag',
      configure(
        '/bucket/key',
        'tagging',
        tagsOf(1, () => 'k'.repeat(129)),
      ),
    ],
    [
      '11 tags in a header',
      400,
      'InvalidTag',
      put({ 'x-amz-tagging': Array.from({ length: 11 }, (_, at) => `k${at}=v`).join('&') }),
    ],
    [
      'OPTIONS without Origin',
      400,
      'BadRequest',
      ({ store }) => store.client.send('OPTIONS', '/bucket/key', { 'access-control-request-method': 'GET' }),
    ],
    [
      'OPTIONS of an empty Origin',
      400,
      'BadRequest',
      ({ store }) =>
        store.client.send('OPTIONS', '/bucket/key', { origin: '', 'access-control-request-method': 'GET' }),
    ],
    [
      'OPTIONS for what are no headers',
      400,
      'BadRequest',
      ({ store }) =>
        store.client.send('OPTIONS', '/bucket/key', {
          origin: 'http://here',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'x-a, x (b)',
        }),
    ],
    [
      'OPTIONS that no rule allows',
      403,
      'AccessForbidden',
      ({ store }) =>
        store.client.send('OPTIONS', '/bucket/key', { origin: 'http://here', 'access-control-request-method': 'GET' }),
    ],
  ]),
];
