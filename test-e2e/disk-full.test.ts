import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type RunningNeedlestack, startNeedlestack } from '@needlestack/test-servers';
import { createS3Client } from './support/store-under-test.ts';

const DISK_MEBIBYTES = 96;
const OBJECT_BYTES = 3 * 1024 * 1024;
const Bucket = 'disk-full';

const mountPoint = mkdtempSync(join(tmpdir(), 'needlestack-small-disk-'));
const isMounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'needlestack-test', mountPoint]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync('umount', ['-l', mountPoint]);
  rmSync(mountPoint, { recursive: true, force: true });
});

const describeOnSmallDisk = isMounted ? describe : describe.skip;

describeOnSmallDisk(`a full disk${isMounted ? '' : ' [skipped: mounting a tmpfs is not permitted here]'}`, () => {
  let store: RunningNeedlestack;
  const directory = join(mountPoint, 'data');

  beforeAll(async () => {
    mkdirSync(directory);
    store = await startNeedlestack({ directory });
  });
  afterAll(() => store.end('SIGKILL'));

  test('gives a clear error, keeps what was acknowledged, and goes on reading, also after a restart', async () => {
    const s3 = createS3Client(store);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const stored = new Map<string, string>();
    let refusal: { status: number; name: string } | undefined;
    for (let index = 0; index <= DISK_MEBIBYTES && refusal === undefined; index += 1) {
      const Body = randomBytes(OBJECT_BYTES);
      refusal = await s3.send(new PutObjectCommand({ Bucket, Key: `${index}`, Body })).then(
        () => void stored.set(`${index}`, createHash('md5').update(Body).digest('hex')),
        (error: Error & { $metadata?: { httpStatusCode?: number } }) => ({
          status: error.$metadata?.httpStatusCode ?? 0,
          name: error.name,
        }),
      );
    }
    expect(refusal?.status).toBeGreaterThanOrEqual(500);
    expect(stored.size).toBeGreaterThan(0);
    await expectAllStored(store, stored);
    await store.end('SIGKILL');
    store = await startNeedlestack({ directory, ports: store.ports });
    await expectAllStored(store, stored);
  });
});

async function expectAllStored(store: RunningNeedlestack, stored: ReadonlyMap<string, string>): Promise<void> {
  const s3 = createS3Client(store);
  for (const [Key, md5] of stored) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    expect([Key, createHash('md5').update(bytes).digest('hex')]).toEqual([Key, md5]);
  }
}
