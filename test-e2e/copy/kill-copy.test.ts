import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { storeUnderTest } from '../support/store-under-test.ts';
import { CountingProxy } from './counting-proxy.ts';
import { killCopy } from './kill-copy.ts';

const OBJECTS = 300;
const store = storeUnderTest();

test('a copy that is killed three times ends up identical, and copies nothing twice that it had confirmed', async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket: 'copy' }));
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-copy-'));
  const proxy = await CountingProxy.start(store.url);
  try {
    const figures = await killCopy({
      storeUrl: store.url,
      proxy,
      credentials: store.credentials,
      bucket: 'copy',
      objects: OBJECTS,
      kills: 3,
      manifestDirectory: join(directory, 'manifest'),
    });
    expect(figures.outcome).toMatchObject({ complete: true, failed: 0 });
    expect(figures.outcome.copied + figures.outcome.skipped).toBe(OBJECTS);
    expect(figures.outcome.skipped).toBe(figures.confirmedAtKills.at(-1));
    expect(figures.confirmedAtKills[0]).toBeGreaterThan(0);
    expect(figures.copiedTwice).toEqual([]);
    expect(figures.different).toEqual([]);
    // Two objects at a time go in parts, and each kill cuts at most those.
    expect(figures.leftUploads).toBeLessThanOrEqual(3 * 2);
  } finally {
    await proxy.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
