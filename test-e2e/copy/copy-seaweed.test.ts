/** `needlestack copy` between our store and SeaweedFS, there and back. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Storage } from '@needlestack/object-storage';
import { NEEDLESTACK_COMMAND, TEST_CREDENTIALS } from '@needlestack/test-servers';
import { type RunningStore, startSeaweedS3, WEED_BINARY } from '../support/seaweed-s3.ts';
import { REGION, storeUnderTest } from '../support/store-under-test.ts';

const MIB = 2 ** 20;
const withSeaweed = WEED_BINARY === '' ? describe.skip : describe;

withSeaweed(`SeaweedFS${WEED_BINARY === '' ? ' [skipped: WEED_BINARY is not set]' : ''}`, () => {
  const store = storeUnderTest();
  let folder = '';
  let seaweed: RunningStore | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'needlestack-copy-'));
    seaweed = await startSeaweedS3();
    for (const endpoint of [store.url, seaweed.url]) {
      const s3 = new S3Client({ endpoint, region: REGION, credentials: TEST_CREDENTIALS, forcePathStyle: true });
      await s3.send(new CreateBucketCommand({ Bucket: 'copy' }));
      s3.destroy();
    }
  });
  afterAll(async () => {
    await seaweed?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function copy(from: string, to: string, source: string, target: string) {
    const child = spawn(
      NEEDLESTACK_COMMAND,
      ['copy', from, to, `-source.endpoint=${source}`, `-target.endpoint=${target}`, '-o=json'],
      {
        cwd: folder,
        env: {
          PATH: process.env.PATH ?? '',
          AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let out = '';
    child.stdout.on('data', (piece) => {
      out += piece;
    });
    const [status] = await once(child, 'close');
    return { status, ...JSON.parse(out) };
  }

  test('there and back: the same bytes and attributes', async () => {
    const theirs = seaweed?.url ?? '';
    const open = (prefix: string) =>
      new S3Storage({ bucket: 'copy', endpoint: store.url, credentials: TEST_CREDENTIALS, prefix });
    const [source, back] = [open('one/'), open('back/')];
    const bodies = new Map(
      [0, 1, 100_000, 8 * MIB, 19 * MIB + 3].map((size) => [`dir ${size % 3}/size-${size}+ü`, randomBytes(size)]),
    );
    const attributes = { contentType: 'text/x', metadata: { who: 'me' } };
    for (const [key, bytes] of bodies) await source.put(key, bytes, { attributes });
    expect(await copy('s3://copy/one/', 's3://copy/two/', store.url, theirs)).toMatchObject({ status: 0, copied: 5 });
    expect(await copy('s3://copy/two/', 's3://copy/back/', theirs, store.url)).toMatchObject({ status: 0, copied: 5 });
    for (const [key, bytes] of bodies) {
      const body = await back.get(key);
      const digest = createHash('sha256');
      for await (const piece of body.bytes) digest.update(piece);
      expect([key, digest.digest('hex')]).toEqual([key, createHash('sha256').update(bytes).digest('hex')]);
      expect(body.attributes).toMatchObject(attributes);
    }
    source.close();
    back.close();
  });
});
