import {
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'sdk-checksums';
const Body = '123456789';

/** Check values of the algorithms for `123456789`, Base64. */
const CHECKSUMS = {
  CRC32: 'y/Q5Jg==',
  CRC32C: '4waSgw==',
  CRC64NVME: 'rosUhgp5mIg=',
  SHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=',
  SHA256: 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
  SHA512: '2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclUVba1u1A6z1dPuo/+hQ==',
  MD5: 'JfnnlDI7RTiF9RgfG2JNCw==',
  XXHASH64: 'jLhB20DmroM=',
  XXHASH3: 'ctyxi2ehff8=',
  XXHASH128: 'MxGUd+3l3NXpcWQnaB1YYA==',
} as const;

beforeAll(() => store.s3.send(new CreateBucketCommand({ Bucket })));

test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
  '%s, computed by the SDK, is checked, kept and given back',
  async (algorithm) => {
    const Key = `by-sdk/${algorithm}`;
    const field = `Checksum${algorithm}` as const;
    const written = await store.s3.send(
      new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: ChecksumAlgorithm[algorithm] }),
    );
    expect(written[field]).toBe(CHECKSUMS[algorithm]);
    const head = await store.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(head[field]).toBe(CHECKSUMS[algorithm]);
    expect(head.ChecksumType).toBe('FULL_OBJECT');
    const silent = await store.s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(silent[field]).toBeUndefined();
  },
);

test.each(Object.entries(CHECKSUMS))('a given %s is checked before anything is stored', async (algorithm, value) => {
  const Key = `given/${algorithm}`;
  const wrong = Buffer.from(value, 'base64');
  wrong.writeUInt8(wrong.readUInt8(0) ^ 1, 0);
  const put = (checksum: string): Promise<unknown> =>
    store.s3.send(new PutObjectCommand({ Bucket, Key, Body, [`Checksum${algorithm}`]: checksum }));
  expect(await errorOf(put(wrong.toString('base64')))).toEqual({ code: 'BadDigest', status: 400 });
  expect(await errorOf(store.s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
  await put(value);
  const head = await store.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  expect(head).toMatchObject({ [`Checksum${algorithm}`]: value });
});

test('a wrong Content-MD5 is refused', async () => {
  const put = (ContentMD5: string): Promise<unknown> =>
    store.s3.send(new PutObjectCommand({ Bucket, Key: 'md5', Body, ContentMD5 }));
  expect(await errorOf(put('AAAAAAAAAAAAAAAAAAAAAA=='))).toEqual({ code: 'BadDigest', status: 400 });
  expect(await errorOf(put('AAAA'))).toEqual({ code: 'InvalidDigest', status: 400 });
  await put('JfnnlDI7RTiF9RgfG2JNCw==');
});

test('a checksum is not given with a part of the object', async () => {
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'range', Body, ChecksumAlgorithm: 'SHA256' }));
  const answer = await store.s3.send(
    new GetObjectCommand({ Bucket, Key: 'range', Range: 'bytes=0-3', ChecksumMode: 'ENABLED' }),
  );
  expect(answer.ChecksumSHA256).toBeUndefined();
  expect(await answer.Body?.transformToString()).toBe('1234');
});

test.each([
  ['CRC32', 'FULL_OBJECT', 'cX+/tw=='],
  ['CRC32', 'COMPOSITE', /-2$/],
  ['SHA256', 'COMPOSITE', /-2$/],
] as const)('multipart with %s, %s', async (algorithm, type, expected) => {
  const Key = `multipart/${algorithm}/${type}`;
  const first = Buffer.alloc(5 * 1024 * 1024, 'a');
  const { UploadId } = await store.s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: algorithm, ChecksumType: type }),
  );
  const Parts = [];
  for (const [index, body] of [first, Buffer.from('tail')].entries()) {
    const part = { Bucket, Key, UploadId, PartNumber: index + 1 };
    const { ETag, ChecksumCRC32, ChecksumSHA256 } = await store.s3.send(
      new UploadPartCommand({ ...part, Body: body, ChecksumAlgorithm: algorithm }),
    );
    Parts.push({ PartNumber: index + 1, ETag, ChecksumCRC32, ChecksumSHA256 });
  }
  const done = await store.s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ChecksumType: type }),
  );
  const field = algorithm === 'CRC32' ? done.ChecksumCRC32 : done.ChecksumSHA256;
  expect(field).toMatch(expected);
  expect(done.ChecksumType).toBe(type);
});
