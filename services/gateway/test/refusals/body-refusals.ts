/** Bodies, chunks, checksums (s3.md rules 17 to 24). */
import { computeChecksum, SigningKeyCache, signRequest } from '@needlestack/s3-protocol';
import { ROOT } from '../support/start-test-store.ts';
import type { CallOptions } from '../support/test-client.ts';
import { type Asking, call, ofRule, put, type Refusal, withoutLength } from './refusal.ts';

const body = Buffer.alloc(200_000, 'b');
const chunked = (options: CallOptions): Asking =>
  call('PUT', '/bucket/refused', { body, payload: 'streaming', ...options });
const CRC32 = 'x-amz-checksum-crc32';
const WRONG = 'AAAAAA==';
const trailing = (payload: 'streaming-trailer' | 'streaming-unsigned-trailer', value: string): Asking =>
  chunked({ payload, trailers: [[CRC32, value]] });

/** Chunks without signatures, and headers, as they are. */
const framed =
  (bytes: string, headers: Readonly<Record<string, string>>): Asking =>
  ({ store }) => {
    const rawPath = '/bucket/refused';
    const length = { host: `127.0.0.1:${store.port}`, 'content-length': String(bytes.length) };
    const request = { method: 'PUT', rawPath, rawQuery: '', headers: { ...length, ...headers } };
    const scope = {
      credentials: ROOT,
      region: 'us-east-1',
      service: 's3',
      nowMs: Date.now(),
      keys: new SigningKeyCache(),
    };
    const signed = signRequest(request, scope, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER').headers;
    return store.client.send('PUT', rawPath, { ...length, ...signed }, [Buffer.from(bytes)]);
  };
const ANNOUNCED = { 'x-amz-decoded-content-length': '5', 'x-amz-trailer': CRC32 };
const SMALL = `5\r\nsmall\r\n0\r\n${CRC32}:${computeChecksum('CRC32', Buffer.from('small'))}\r\n\r\n`;

export const BODY_REFUSALS: readonly Refusal[] = [
  ...ofRule(19, [
    [
      'fewer bytes than were announced',
      400,
      'IncompleteBody',
      chunked({ headers: { 'x-amz-decoded-content-length': '200001' } }),
      { NumberBytesExpected: '200001', NumberBytesProvided: '200000' },
    ],
    [
      'more bytes than were announced',
      400,
      'IncompleteBody',
      chunked({ headers: { 'x-amz-decoded-content-length': '199999' } }),
    ],
    [
      'a wrong trailer, signed',
      400,
      'BadDigest',
      trailing('streaming-trailer', WRONG),
      { ExpectedDigest: WRONG, CalculatedDigest: /=/ },
    ],
    ['a wrong trailer, unsigned', 400, 'BadDigest', trailing('streaming-unsigned-trailer', WRONG)],
    ['a malformed trailer', 400, 'InvalidRequest', trailing('streaming-unsigned-trailer', 'AAA')],
    [
      'a trailer that was not announced',
      400,
      'MalformedTrailerError',
      framed(SMALL, { ...ANNOUNCED, 'x-amz-trailer': 'x-amz-checksum-crc32c' }),
    ],
    ['no trailer where one was announced', 400, 'MalformedTrailerError', framed('5\r\nsmall\r\n0\r\n\r\n', ANNOUNCED)],
    ['a body that ends early', 400, 'IncompleteBody', framed('5\r\nsmall\r\n', ANNOUNCED)],
    [
      'a chunk that is longer than it says',
      400,
      'IncompleteBody',
      framed(SMALL.replace('small', 'smaller'), ANNOUNCED),
    ],
    [
      'chunks under 8 KiB',
      403,
      'InvalidChunkSizeError',
      chunked({ chunkBytes: 4_096 }),
      { Chunk: '2', BadChunkSize: '4096' },
    ],
    ['no decoded length', 411, 'MissingContentLength', framed(SMALL, { 'x-amz-trailer': CRC32 })],
    ['a size of a chunk that is none', 400, 'IncompleteBody', framed(SMALL.replace('5', 'five'), ANNOUNCED)],
    [
      'chunks without signatures where they were promised',
      403,
      'SignatureDoesNotMatch',
      chunked({
        tamper: (headers) => {
          headers.authorization = `${headers.authorization}`.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
        },
      }),
    ],
  ]),
  ...ofRule(20, [['HTTP chunks without a decoded length', 411, 'MissingContentLength', withoutLength]]),
  ...ofRule(21, [
    ['an MD5 that is no base64', 400, 'InvalidDigest', put({ 'content-md5': '!!' })],
    ['an MD5 that is too short', 400, 'InvalidDigest', put({ 'content-md5': 'AAAA' })],
    [
      'another MD5',
      400,
      'BadDigest',
      put({ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }),
      { ExpectedDigest: '0'.repeat(32), CalculatedDigest: /==$/ },
    ],
    [
      'another MD5 of a large body',
      400,
      'BadDigest',
      put({ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, { body: Buffer.alloc(5_000_000) }),
    ],
  ]),
  ...ofRule(22, [
    ['two checksums', 400, 'InvalidRequest', put({ [CRC32]: WRONG, 'x-amz-checksum-crc32c': WRONG })],
    ['an unknown checksum', 400, 'InvalidRequest', put({ 'x-amz-checksum-md4': WRONG })],
    ['an algorithm without value', 400, 'InvalidRequest', put({ 'x-amz-sdk-checksum-algorithm': 'SHA256' })],
    ['an unknown algorithm', 400, 'InvalidRequest', put({ 'x-amz-sdk-checksum-algorithm': 'MD4', [CRC32]: WRONG })],
    [
      'an algorithm and the value of another',
      400,
      'InvalidRequest',
      put({ 'x-amz-sdk-checksum-algorithm': 'SHA256', [CRC32]: WRONG }),
    ],
    ['a value of the wrong length', 400, 'InvalidRequest', put({ [CRC32]: 'AAAA' })],
    ['another value', 400, 'BadDigest', put({ [CRC32]: WRONG }), { ExpectedDigest: WRONG }],
  ]),
];
