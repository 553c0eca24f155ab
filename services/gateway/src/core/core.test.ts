import { parseQuery, S3Error } from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';
import fc from 'fast-check';
import { readCopySource } from './copy-source.ts';
import { decodeContinuationToken, encodeContinuationToken, positionOfMarker, readCount } from './list-parameters.ts';
import { Permits } from './permits.ts';
import { planObjectRead } from './plan-object-read.ts';
import { routeOperation, withCopySource } from './route-operation.ts';

const outcome = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
};

test.each([
  ['GET', '', '', '', 'ListBuckets'],
  ['GET', '', '', 'max-buckets=3&unknown', 'ListBuckets'],
  ['PUT', '', '', '', 'MethodNotAllowed'],
  ['GET', 'b', '', 'list-type=2&prefix=', 'ListObjectsV2'],
  ['GET', 'b', '', 'list-type=1&marker', 'ListObjects'],
  ['GET', 'b', '', 'acl=', 'GetBucketAcl'],
  ['GET', 'b', '', 'foo', 'NotImplemented'],
  ['GET', 'b', '', 'foo=bar', 'ListObjects'],
  ['GET', 'b', '', 'foo=', 'NotImplemented'],
  ['GET', 'b', '', 'X-Amz-Signature=x&location', 'GetBucketLocation'],
  ['POST', 'b', '', 'delete', 'DeleteObjects'],
  ['POST', 'b', '', '', 'PostObject'],
  ['PATCH', 'b', '', '', 'MethodNotAllowed'],
  ['GET', 'b', 'k', 'foo&v=3', 'GetObject'],
  ['HEAD', 'b', 'k', 'partNumber=1', 'HeadObject'],
  ['PUT', 'b', 'k', 'x-id=PutObject', 'PutObject'],
  ['PUT', 'b', 'k', 'renameObject', 'RenameObject'],
  ['PUT', 'b', 'k', 'append', 'NotImplemented'],
  ['PUT', 'b', 'k', 'foo', 'NotImplemented'],
  ['PUT', 'b', 'k', 'partNumber=1', 'InvalidArgument'],
  ['PUT', 'b', 'k', 'versionId=x', 'InvalidArgument'],
  ['PUT', 'b', 'k', 'partNumber=1&uploadId=u', 'UploadPart'],
  ['PUT', 'b', 'k', 'x-id=UploadPart&uploadId=u&partNumber=1', 'UploadPart'],
  ['DELETE', 'b', 'k', 'uploadId=u', 'AbortMultipartUpload'],
  ['DELETE', 'b', 'k', 'versionId=v', 'DeleteObject'],
  ['POST', 'b', 'k', 'uploads', 'CreateMultipartUpload'],
  ['POST', 'b', 'k', 'select&select-type=2', 'SelectObjectContent'],
  ['GET', 'b', 'k', 'torrent', 'GetObjectTorrent'],
  ['POST', 'b', 'k', 'restore', 'RestoreObject'],
  ['PUT', 'b', '', 'versions', 'NotImplemented'],
  ['GET', 'b', '', 'inventory', 'ListBucketInventoryConfigurations'],
  ['GET', 'b', '', 'inventory&id=', 'GetBucketInventoryConfiguration'],
  ['DELETE', 'b', '', 'metrics&id=1', 'DeleteBucketMetricsConfiguration'],
  ['POST', 'b', '', 'metadataConfiguration', 'NotImplemented'],
  ['GET', 'b', '', 'session', 'NotImplemented'],
  ['GET', '', '', 'x-id=ListDirectoryBuckets', 'NotImplemented'],
  ['GET', 'b', 'k', 'annotation', 'NotImplemented'],
])('%s /%s/%s?%s is %s', (method, bucket, key, query, expected) => {
  expect(outcome(() => routeOperation(method, bucket, key, parseQuery(query)))).toBe(expected);
});

test('a copy source makes its twin of two operations', () => {
  expect(withCopySource('PutObject', true)).toBe('CopyObject');
  expect(withCopySource('UploadPart', true)).toBe('UploadPartCopy');
  expect(withCopySource('GetObject', true)).toBe('GetObject');
  expect(withCopySource('PutObject', false)).toBe('PutObject');
});

test('continuation tokens come back; anything else is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (startAfter, resumeAfterPrefix) => {
      const position = { startAfter: startAfter.toWellFormed(), resumeAfterPrefix };
      expect(decodeContinuationToken(encodeContinuationToken(position))).toEqual(position);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const decoded = outcome(() => decodeContinuationToken(text));
      if (decoded !== 'InvalidArgument') expect(encodeContinuationToken(decodeContinuationToken(text))).toBe(text);
    }),
  );
});

test.each([
  ['a/', '', '/', true],
  ['p/a/', 'p/', '/', true],
  ['p/', 'p/', '/', false],
  ['a/b', '', '/', false],
  ['a/b/', '', '/', false],
  ['a', '', '', false],
  ['a--', '', '--', true],
  ['a--', '', 'none', false],
])('marker %s under prefix %s by %s: all below it was shown is %s', (marker, prefix, delimiter, expected) => {
  expect(positionOfMarker(marker, prefix, delimiter).resumeAfterPrefix).toBe(expected);
});

test('counts', () => {
  expect(readCount(parseQuery(''), 'max-keys')).toBe(1000);
  expect(readCount(parseQuery('max-keys=5000'), 'max-keys')).toBe(1000);
  expect(readCount(parseQuery('max-keys=0'), 'max-keys')).toBe(0);
  expect(outcome(() => readCount(parseQuery('max-keys=1.5'), 'max-keys'))).toBe('InvalidArgument');
  expect(outcome(() => readCount(parseQuery('max-keys=99999999999'), 'max-keys'))).toBe('InvalidArgument');
});

test.each([
  ['bucket/key', 'bucket', 'key', undefined],
  ['/bucket/a%2Fb%20c', 'bucket', 'a/b c', undefined],
  ['bucket%2Fkey', 'bucket', 'key', undefined],
  ['bucket/key?versionId=v%31', 'bucket', 'key', 'v1'],
  ['bucket/a%3Fb', 'bucket', 'a?b', undefined],
])('copy source %s', (header, bucket, key, versionId) => {
  expect(readCopySource({ 'x-amz-copy-source': header })).toEqual({ bucket, key, versionId });
});

test.each(['bucket', '/bucket/', '', '/'])('copy source %j is refused', (header) => {
  expect(outcome(() => readCopySource({ 'x-amz-copy-source': header }))).toBe('InvalidArgument');
});

test('a part of a multipart object is its range', () => {
  const version: ObjectVersion = {
    versionId: 'null',
    isDeleteMarker: false,
    lastModifiedMs: 0,
    sizeBytes: 30,
    etag: 'e-2',
    systemHeaders: {},
    userMetadata: {},
    chunks: [],
    ownerId: 'o',
    parts: [
      { partNumber: 2, sizeBytes: 20 },
      { partNumber: 5, sizeBytes: 10 },
    ],
  };
  expect(planObjectRead(version, undefined, 5)).toEqual({
    status: 206,
    range: { offsetBytes: 20, lengthBytes: 10 },
    lengthBytes: 10,
    partsCount: 2,
  });
  expect(outcome(() => planObjectRead(version, undefined, 3))).toBe('InvalidPartNumber');
  expect(outcome(() => planObjectRead(version, 'bytes=0-1', 2))).toBe('InvalidRequest');
});

test('permits let so many in and the others in turn', async () => {
  const permits = new Permits(2);
  let inside = 0;
  let most = 0;
  const order: number[] = [];
  const work = (index: number) => async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await Promise.resolve();
    order.push(index);
    inside -= 1;
    if (index === 1) throw new Error('one fails');
  };
  const settled = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => permits.use(work(index))));
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(settled.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
});
