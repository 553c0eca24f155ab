import { randomBytes } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  SelectObjectContentCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type RunningServices, startNeedlestackServices } from '@needlestack/test-servers';
import { errorOf } from './support/error-of.ts';
import { REGION } from './support/store-under-test.ts';

const MIB = 1024 * 1024;
const Bucket = 'separate-processes';

/** Six processes that talk over gRPC serve what one process does. */
describe('each service in a process of its own', () => {
  let services: RunningServices;
  let s3: S3Client;

  beforeAll(async () => {
    services = await startNeedlestackServices();
    s3 = new S3Client({
      endpoint: services.urlOf('s3'),
      region: REGION,
      credentials: { ...services.credentials },
      forcePathStyle: true,
      maxAttempts: 1,
    });
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(async () => {
    s3.destroy();
    await services.stop();
  });

  async function read(Key: string): Promise<Buffer> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  test.each([0, 4_096, 9 * MIB + 1])('an object of %d bytes is written, read, listed and deleted', async (size) => {
    const body = randomBytes(size);
    const Key = `size/${size}`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
    expect((await read(Key)).equals(body)).toBe(true);
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
    expect(listed.Contents?.map((entry) => [entry.Key, entry.Size])).toEqual([[Key, size]]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await errorOf(read(Key))).toEqual({ code: 'NoSuchKey', status: 404 });
  });

  test('parts become an object', async () => {
    const Key = 'parts';
    const bodies = [randomBytes(5 * MIB), randomBytes(3)];
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: index + 1, Body }));
      Parts.push({ PartNumber: index + 1, ETag });
    }
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    expect((await read(Key)).equals(Buffer.concat(bodies))).toBe(true);
  });

  test('a query runs in the select service', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'rows.csv', Body: '1,a\n2,b\n3,c\n' }));
    const { Payload } = await s3.send(
      new SelectObjectContentCommand({
        Bucket,
        Key: 'rows.csv',
        Expression: 'SELECT COUNT(*) FROM S3Object',
        ExpressionType: 'SQL',
        InputSerialization: { CSV: {} },
        OutputSerialization: { CSV: {} },
      }),
    );
    const pieces: Uint8Array[] = [];
    for await (const event of Payload ?? []) if (event.Records?.Payload) pieces.push(event.Records.Payload);
    expect(Buffer.concat(pieces).toString().trim()).toBe('3');
  });

  test('each process ends with status 0 on SIGTERM, and those that need others first', async () => {
    for (const service of ['s3', 'select', 'notify', 'catalog', 'volume', 'master'] as const)
      expect([service, await services.processes.get(service)?.end('SIGTERM')]).toEqual([service, 0]);
  });
});
