/** Uploads in parts (s3.md rules 23, 33, 34). */
import { completeDocument } from '../support/put-in-parts.ts';
import type { CallOptions } from '../support/test-client.ts';
import { type Asking, call, ofRule, type Refusal } from './refusal.ts';

const X_MD5 = '9dd4e461268c8034f5c8564e155c67a6';
const begin = (headers: Readonly<Record<string, string>>): Asking =>
  call('POST', '/bucket/refused', { query: 'uploads', headers });
const part =
  (partNumber: string, options: CallOptions = { body: 'y' }): Asking =>
  ({ root, uploadId }) =>
    root.call('PUT', '/bucket/parts', { query: `partNumber=${partNumber}&uploadId=${uploadId}`, ...options });
const complete =
  (body: string, headers: Readonly<Record<string, string>> = {}): Asking =>
  ({ root, uploadId }) =>
    root.call('POST', '/bucket/parts', { query: `uploadId=${uploadId}`, body, headers });
const both = completeDocument([
  [1, X_MD5],
  [2, X_MD5],
]);
const only = completeDocument([[2, X_MD5]]);
const partCopy = (headers: Readonly<Record<string, string>>): Asking =>
  part('3', { headers: { 'x-amz-copy-source': '/bucket/key', ...headers } });

export const UPLOAD_REFUSALS: readonly Refusal[] = [
  ...ofRule(23, [
    [
      'CRC64NVME, composite',
      400,
      'InvalidRequest',
      begin({ 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' }),
    ],
    [
      'SHA256 of the full object',
      400,
      'InvalidRequest',
      begin({ 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' }),
    ],
    [
      'a type that is none',
      400,
      'InvalidRequest',
      begin({ 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'HALF' }),
    ],
    ['a type without algorithm', 400, 'InvalidRequest', begin({ 'x-amz-checksum-type': 'FULL_OBJECT' })],
    ['an unknown algorithm', 400, 'InvalidRequest', begin({ 'x-amz-checksum-algorithm': 'MD4' })],
    [
      'a part in another algorithm',
      400,
      'InvalidRequest',
      ({ root, summedUploadId }) =>
        root.call('PUT', '/bucket/summed', {
          query: `partNumber=1&uploadId=${summedUploadId}`,
          body: 'x',
          headers: { 'x-amz-checksum-sha256': 'LXEWQrcmsEQBYnyp++6wy9chTD7GQPMTbAiWHF5IaSE=' },
        }),
    ],
    [
      'Complete in another type',
      400,
      'InvalidRequest',
      ({ root, summedUploadId }) =>
        root.call('POST', '/bucket/summed', {
          query: `uploadId=${summedUploadId}`,
          body: only,
          headers: { 'x-amz-checksum-type': 'COMPOSITE' },
        }),
    ],
  ]),
  ...ofRule(31, [
    [
      'a copy range that is none',
      400,
      'InvalidArgument',
      partCopy({ 'x-amz-copy-source-range': 'bytes=0-' }),
      { ArgumentName: 'x-amz-copy-source-range' },
    ],
    ['a copy range past the end', 416, 'InvalidRange', partCopy({ 'x-amz-copy-source-range': 'bytes=0-99' })],
    ['a copied part of another ETag', 412, 'PreconditionFailed', partCopy({ 'x-amz-copy-source-if-match': 'x' })],
    [
      'a copied part of more than 5 GiB',
      400,
      'EntityTooLarge',
      part('3', { headers: { 'x-amz-copy-source': '/bucket/huge' } }),
      { MaxSizeAllowed: '5368709120' },
    ],
    ['a copied part of nothing', 404, 'NoSuchKey', part('3', { headers: { 'x-amz-copy-source': '/bucket/nothing' } })],
  ]),
  ...ofRule(33, [
    ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].flatMap((name) => [
      [`${name} of a part`, 501, 'NotImplemented', part('1', { body: 'y', headers: { [name]: '*' } })] as const,
      [`${name} of a part that is copied`, 501, 'NotImplemented', partCopy({ [name]: '*' })] as const,
    ]),
    ['Complete if unmodified', 501, 'NotImplemented', complete(both, { 'if-unmodified-since': 'x' })],
    ['part -1 in Complete', 400, 'InvalidArgument', complete(completeDocument([[-1, X_MD5]]))],
    [
      'Abort by time',
      501,
      'NotImplemented',
      ({ root, uploadId }) =>
        root.call('DELETE', '/bucket/parts', {
          query: `uploadId=${uploadId}`,
          headers: { 'x-amz-if-match-initiated-time': 'Sat, 01 Jan 2000 00:00:00 GMT' },
        }),
    ],
    ...['0', '10001', 'x', ''].map(
      (number) =>
        [`part number "${number}"`, 400, 'InvalidArgument', part(number), { ArgumentName: 'partNumber' }] as const,
    ),
    [
      'a part of no upload',
      404,
      'NoSuchUpload',
      call('PUT', '/bucket/parts', { query: 'partNumber=1&uploadId=nothing', body: 'x' }),
      { UploadId: 'nothing' },
    ],
    [
      'a part of another digest',
      400,
      'BadDigest',
      part('1', { body: 'y', headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } }),
    ],
    [
      'a part past 5 GiB',
      400,
      'EntityTooLarge',
      part('3', { body: 'y', payload: 'streaming', headers: { 'x-amz-decoded-content-length': '5368709121' } }),
      { ProposedSize: '5368709121', MaxSizeAllowed: '5368709120' },
    ],
    [
      'a first part under 5 MiB',
      400,
      'EntityTooSmall',
      complete(both),
      { ProposedSize: '1', MinSizeAllowed: '5242880', PartNumber: '1' },
    ],
    [
      'parts out of order',
      400,
      'InvalidPartOrder',
      complete(
        completeDocument([
          [2, X_MD5],
          [1, X_MD5],
        ]),
      ),
    ],
    [
      'a part that was not sent',
      400,
      'InvalidPart',
      complete(completeDocument([[3, X_MD5]])),
      { PartNumber: '3', ETag: X_MD5, UploadId: /./ },
    ],
    ['another ETag', 400, 'InvalidPart', complete(completeDocument([[1, '0'.repeat(32)]]))],
    ['no part', 400, 'MalformedXML', complete('<CompleteMultipartUpload/>')],
    ['no document', 400, 'MalformedXML', complete('')],
    ['half a document', 400, 'MalformedXML', complete('<CompleteMultipartUpload><Part>')],
    ['another size', 400, 'InvalidRequest', complete(only, { 'x-amz-mp-object-size': '7' })],
    ['another checksum of the whole', 400, 'BadDigest', complete(only, { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' })],
    ['a condition that fails', 404, 'NoSuchKey', complete(only, { 'if-match': '"x"' })],
    [
      'Complete of no upload',
      404,
      'NoSuchUpload',
      call('POST', '/bucket/parts', { query: 'uploadId=nothing', body: only }),
      { UploadId: 'nothing' },
    ],
    [
      'Complete of an upload to another key',
      404,
      'NoSuchUpload',
      ({ root, uploadId }) => root.call('POST', '/bucket/other', { query: `uploadId=${uploadId}`, body: only }),
    ],
    ['Abort of no upload', 404, 'NoSuchUpload', call('DELETE', '/bucket/parts', { query: 'uploadId=nothing' })],
    ['ListParts of no upload', 404, 'NoSuchUpload', call('GET', '/bucket/parts', { query: 'uploadId=nothing' })],
    [
      'a page of less than nothing',
      400,
      'InvalidArgument',
      ({ root, uploadId }) => root.call('GET', '/bucket/parts', { query: `uploadId=${uploadId}&max-parts=-1` }),
    ],
  ]),
];
