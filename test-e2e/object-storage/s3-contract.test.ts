/**
 * The contract of ObjectStorage on real stores: our own gateway; SeaweedFS when WEED_BINARY is its program; MinIO when MINIO_BINARY is its; any other one whose address
 * stands in NEEDLESTACK_TEST_S3_ENDPOINT, with the usual AWS variables for its keys, and a bucket in NEEDLESTACK_TEST_S3_BUCKET that holds
 * nothing else that matters.
 */
import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Storage, type S3StorageOptions } from '@needlestack/object-storage';
import {
  type ContractTraits,
  describeObjectStorage,
  runWriterSequences,
  type StorageUnderTest,
} from '@needlestack/object-storage/testing';
import { TEST_CREDENTIALS } from '@needlestack/test-servers';
import { MINIO_BINARY, startMinio } from '../support/minio-s3.ts';
import type { RunningStore } from '../support/other-store.ts';
import { startSeaweedS3, WEED_BINARY } from '../support/seaweed-s3.ts';
import { REGION, storeUnderTest } from '../support/store-under-test.ts';

const BUCKET = 'contract';
const TRAITS: ContractTraits = {
  hasMd5Etags: true,
  keepsAttributes: true,
  isAtomic: true,
  // Refused by S3 as paths that are not plain.
  oddKeysLeftOut: ['dir/../up', './dot'],
};

/** A storage of its own for each test: a prefix of the bucket. */
async function openBelow(options: S3StorageOptions): Promise<StorageUnderTest> {
  const storage = new S3Storage({ ...options, prefix: `${randomUUID()}/` });
  return {
    storage,
    close: async () => {
      const keys: string[] = [];
      for await (const { key } of storage.list('')) keys.push(key);
      await storage.deleteMany(keys);
      storage.close();
    },
  };
}

async function createBucket(endpoint: string): Promise<void> {
  const s3 = new S3Client({ endpoint, region: REGION, credentials: TEST_CREDENTIALS, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  s3.destroy();
}

describe('our own gateway', () => {
  const store = storeUnderTest();
  beforeAll(() => createBucket(store.url));
  const options = (): S3StorageOptions => ({ bucket: BUCKET, endpoint: store.url, credentials: store.credentials });

  describeObjectStorage('S3Storage', () => openBelow(options()), TRAITS);
  describeObjectStorage(
    'S3Storage that takes the store for one without conditional writes',
    () => openBelow({ ...options(), conditionalWrites: 'best-effort' }),
    { ...TRAITS, isAtomic: false },
  );

  test('random sequences of flushes: the same bytes, legal parts, no upload left', async () => {
    const { storage, close } = await openBelow(options());
    const figures = await runWriterSequences(storage, 6, 7_000);
    expect(figures.sequences).toBe(6);
    await close();
  });
});

const withSeaweed = WEED_BINARY === '' ? describe.skip : describe;
withSeaweed(`SeaweedFS${WEED_BINARY === '' ? ' [skipped: WEED_BINARY is not set]' : ''}`, () => {
  let running: RunningStore | undefined;
  beforeAll(async () => {
    running = await startSeaweedS3();
    await createBucket(running.url);
  });
  afterAll(() => running?.stop());

  describeObjectStorage(
    'S3Storage',
    () => openBelow({ bucket: BUCKET, endpoint: running?.url ?? '', credentials: TEST_CREDENTIALS }),
    {
      ...TRAITS,
      listsInByteOrder: false,
      // Keys are paths there: empty segments vanish, an object is no directory, and a backslash is a slash.
      oddKeysLeftOut: ['dir/../up', './dot', 'a//b', 'a', 'a/', 'back\\slash'],
    },
  );
});

const withMinio = MINIO_BINARY === '' ? describe.skip : describe;
withMinio(`MinIO${MINIO_BINARY === '' ? ' [skipped: MINIO_BINARY is not set]' : ''}`, () => {
  let running: RunningStore | undefined;
  beforeAll(async () => {
    running = await startMinio();
    await createBucket(running.url);
  }, 60_000);
  afterAll(() => running?.stop());

  describeObjectStorage(
    'S3Storage',
    () => openBelow({ bucket: BUCKET, endpoint: running?.url ?? '', credentials: TEST_CREDENTIALS }),
    {
      ...TRAITS,
      listsUploadsByPrefix: false,
      // Keys are paths there: empty segments are refused, and an object is no directory.
      oddKeysLeftOut: ['dir/../up', './dot', 'a//b', 'a', 'a/'],
    },
  );
});

const given = process.env.NEEDLESTACK_TEST_S3_ENDPOINT ?? '';
const withGiven = given === '' ? describe.skip : describe;
withGiven(`a given store${given === '' ? ' [skipped: NEEDLESTACK_TEST_S3_ENDPOINT is not set]' : ''}`, () => {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = REGION } = process.env;
  describeObjectStorage(
    'S3Storage',
    () =>
      openBelow({
        bucket: process.env.NEEDLESTACK_TEST_S3_BUCKET ?? BUCKET,
        endpoint: given,
        region: AWS_REGION,
        credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
      }),
    TRAITS,
  );
});
