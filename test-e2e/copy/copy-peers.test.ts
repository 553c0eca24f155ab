/** `needlestack copy` between our store and others, there and back: SeaweedFS and MinIO, when the environment names their programs. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Storage } from '@needlestack/object-storage';
import { NEEDLESTACK_COMMAND, TEST_CREDENTIALS } from '@needlestack/test-servers';
import { MINIO_BINARY, startMinio } from '../support/minio-s3.ts';
import type { RunningStore } from '../support/other-store.ts';
import { startSeaweedS3, WEED_BINARY } from '../support/seaweed-s3.ts';
import { REGION, storeUnderTest } from '../support/store-under-test.ts';

const MIB = 2 ** 20;
const PEERS = [
  { name: 'SeaweedFS', variable: 'WEED_BINARY', program: WEED_BINARY, start: startSeaweedS3 },
  { name: 'MinIO', variable: 'MINIO_BINARY', program: MINIO_BINARY, start: startMinio },
];
const titleOf = ({ name, variable, program }: (typeof PEERS)[number]): string =>
  program === '' ? `${name} [skipped: ${variable} is not set]` : name;

for (const peer of PEERS)
  (peer.program === '' ? describe.skip : describe)(titleOf(peer), () => {
    const store = storeUnderTest();
    let folder = '';
    let other: RunningStore | undefined;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'needlestack-copy-'));
      other = await peer.start();
      for (const endpoint of [store.url, other.url]) {
        const s3 = new S3Client({ endpoint, region: REGION, credentials: TEST_CREDENTIALS, forcePathStyle: true });
        await s3.send(new CreateBucketCommand({ Bucket: 'copy' }));
        s3.destroy();
      }
    });
    afterAll(async () => {
      await other?.stop();
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
      const theirs = other?.url ?? '';
      const open = (prefix: string) =>
        new S3Storage({ bucket: 'copy', endpoint: store.url, credentials: TEST_CREDENTIALS, prefix });
      const [source, back] = [open('one/'), open('back/')];
      const bodies = new Map(
        [0, 1, 100_000, 8 * MIB, 19 * MIB + 3].map((size) => [`dir ${size % 3}/size-${size}+ü`, randomBytes(size)]),
      );
      const attributes = { contentType: 'text/x', metadata: { who: 'me' } };
      for (const [key, bytes] of bodies) await source.put(key, bytes, { attributes });
      expect(await copy('s3://copy/one/', 's3://copy/two/', store.url, theirs)).toMatchObject({ status: 0, copied: 5 });
      expect(await copy('s3://copy/two/', 's3://copy/back/', theirs, store.url)).toMatchObject({
        status: 0,
        copied: 5,
      });
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
