import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'sdk-multipart';
const MIB = 1024 * 1024;

beforeAll(() => store.s3.send(new CreateBucketCommand({ Bucket })));

async function begin(Key: string, more: object = {}): Promise<string> {
  const { UploadId } = await store.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return UploadId ?? '';
}

async function upload(Key: string, UploadId: string, PartNumber: number, Body: Uint8Array): Promise<CompletedPart> {
  const { ETag } = await store.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
}

const complete = (Key: string, UploadId: string, Parts: CompletedPart[]) =>
  store.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

async function read(Key: string, more: object = {}): Promise<Buffer> {
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

test('parts become one object, whose numbers may have gaps and whose parts may be sent again', async () => {
  const Key = 'whole';
  const parts = [randomBytes(5 * MIB), randomBytes(9 * MIB + 1), randomBytes(3)];
  const UploadId = await begin(Key, { ContentType: 'text/m', Metadata: { by: 'parts' } });
  await upload(Key, UploadId, 2, randomBytes(5 * MIB));
  const done: CompletedPart[] = [];
  for (const [index, body] of parts.entries()) done.push(await upload(Key, UploadId, index * 2 + 2, body));
  expect(await errorOf(store.s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
  const listed = await store.s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
  expect(listed.Contents ?? []).toEqual([]);
  const { ETag } = await complete(Key, UploadId, done);
  const digests = parts.map((part) => createHash('md5').update(part).digest());
  expect(ETag).toBe(`"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-3"`);
  expect((await read(Key)).equals(Buffer.concat(parts))).toBe(true);
  expect(await store.s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
    ContentType: 'text/m',
    Metadata: { by: 'parts' },
    ETag,
  });
  // Complete sent again, as clients do whose answer got lost.
  expect((await complete(Key, UploadId, done)).ETag).toBe(ETag);
});

test('a part of a finished object is read by its number', async () => {
  const Key = 'by-number';
  const UploadId = await begin(Key);
  const parts = [randomBytes(5 * MIB), Buffer.from('the tail')];
  const done = [];
  for (const [index, body] of parts.entries()) done.push(await upload(Key, UploadId, index + 1, body));
  await complete(Key, UploadId, done);
  const second = await store.s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(second.$metadata.httpStatusCode).toBe(206);
  expect(second.PartsCount).toBe(2);
  expect(await second.Body?.transformToString()).toBe('the tail');
  expect(await errorOf(store.s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 3 })))).toMatchObject({
    status: 416,
  });
});

test('parts and uploads are listed until the upload is aborted', async () => {
  const Key = 'listed';
  const UploadId = await begin(Key);
  for (const number of [1, 2, 3]) await upload(Key, UploadId, number, Buffer.alloc(number, 'x'));
  const page = await store.s3.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
  expect(page.Parts?.map((part) => [part.PartNumber, part.Size])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(page.IsTruncated).toBe(true);
  const PartNumberMarker = page.NextPartNumberMarker;
  const rest = await store.s3.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker }));
  expect(rest.Parts?.map((part) => part.PartNumber)).toEqual([3]);
  const uploads = await store.s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
  expect(uploads.Uploads?.map((one) => [one.Key, one.UploadId])).toEqual([[Key, UploadId]]);
  await store.s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  expect(await errorOf(store.s3.send(new ListPartsCommand({ Bucket, Key, UploadId })))).toEqual({
    code: 'NoSuchUpload',
    status: 404,
  });
  const after = await store.s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
  expect(after.Uploads ?? []).toEqual([]);
  expect(await errorOf(upload(Key, UploadId, 1, Buffer.from('x')))).toEqual({ code: 'NoSuchUpload', status: 404 });
});

test('parts are copied from objects, whole or by range', async () => {
  const source = randomBytes(6 * MIB);
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'part source', Body: source }));
  const Key = 'from-copies';
  const UploadId = await begin(Key);
  const CopySource = `${Bucket}/part%20source`;
  const part = { Bucket, Key, UploadId, CopySource };
  const first = await store.s3.send(new UploadPartCopyCommand({ ...part, PartNumber: 1 }));
  const CopySourceRange = 'bytes=4194300-4194309';
  const second = await store.s3.send(new UploadPartCopyCommand({ ...part, PartNumber: 2, CopySourceRange }));
  await complete(Key, UploadId, [
    { PartNumber: 1, ETag: first.CopyPartResult?.ETag },
    { PartNumber: 2, ETag: second.CopyPartResult?.ETag },
  ]);
  expect((await read(Key)).equals(Buffer.concat([source, source.subarray(4_194_300, 4_194_310)]))).toBe(true);
});

test('what cannot be completed is refused with its own code, and can be put right', async () => {
  const Key = 'refused';
  const UploadId = await begin(Key);
  const large = await upload(Key, UploadId, 1, randomBytes(5 * MIB));
  const small = await upload(Key, UploadId, 2, Buffer.from('x'));
  const last = await upload(Key, UploadId, 3, Buffer.from('y'));
  const refusal = async (parts: CompletedPart[]) => errorOf(complete(Key, UploadId, parts));
  expect(await refusal([small, large])).toEqual({ code: 'InvalidPartOrder', status: 400 });
  expect(await refusal([large, small, last])).toEqual({ code: 'EntityTooSmall', status: 400 });
  expect(await refusal([large, { PartNumber: 9, ETag: '"x"' }])).toEqual({ code: 'InvalidPart', status: 400 });
  expect(await refusal([{ PartNumber: 1, ETag: small.ETag }])).toEqual({ code: 'InvalidPart', status: 400 });
  expect(await refusal([])).toEqual({ code: 'MalformedXML', status: 400 });
  await complete(Key, UploadId, [large, last]);
  expect((await read(Key)).length).toBe(5 * MIB + 1);
});

test.each([0, 10_001])('the part number %d is refused', async (PartNumber) => {
  const Key = 'numbers';
  const UploadId = await begin(Key);
  expect(await errorOf(upload(Key, UploadId, PartNumber, Buffer.from('x')))).toEqual({
    code: 'InvalidArgument',
    status: 400,
  });
});

test('an upload that never was', async () => {
  expect(await errorOf(complete('absent', 'no-such-upload', [{ PartNumber: 1, ETag: '"x"' }]))).toEqual({
    code: 'NoSuchUpload',
    status: 404,
  });
});
