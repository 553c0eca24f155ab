import { randomBytes } from 'node:crypto';
import { nodeFileSystem } from '../../src/storage/files/file-system.ts';
import { FaultyFiles } from '../support/faulty-files.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume } from '../support/start-test-service.ts';

const FID = '/1,0123456789';
const OTHER_FID = '/1,0223456789';

/** Tells which reads of needles went to the thread pool, and which were done at once. */
class CountedFiles extends FaultyFiles {
  readonly reads: string[] = [];
  #slowMs = 0;

  override read: FaultyFiles['read'] = (handle, target, length, position, done) => {
    this.reads.push('pool');
    nodeFileSystem.read(handle, target, length, position, done);
  };

  override readNow: FaultyFiles['readNow'] = (handle, target, length, position) => {
    this.reads.push('direct');
    for (const endMs = performance.now() + this.#slowMs; performance.now() < endMs; );
    return nodeFileSystem.readNow(handle, target, length, position);
  };

  slowDown(ms: number): void {
    this.#slowMs = ms;
  }
}

test('a small needle of before the start is read by the pool once, and directly while it is asked for; a slow disk gets no direct reads', async () => {
  const data = randomBytes(5_000);
  const first = await startWithVolume();
  for (const fid of [FID, OTHER_FID]) expect((await send(first.url, 'PUT', fid, {}, data)).status).toBe(201);
  await first.close();
  const files = new CountedFiles();
  const { url } = await startTestService({ files, directories: [{ path: first.path, volumesMax: 20 }] });
  const readsOf = async (fid: string): Promise<string[]> => {
    files.reads.length = 0;
    const { status, body } = await send(url, 'GET', fid);
    expect([status, Buffer.compare(body, data)]).toEqual([200, 0]);
    return [...files.reads];
  };
  expect(await readsOf(FID)).toEqual(['pool']);
  expect(await readsOf(FID)).toEqual(['direct']);
  expect(await readsOf(OTHER_FID)).toEqual(['pool']);
  files.slowDown(2);
  // Three slow ones in a row are enough, on a machine that does not stand still between them.
  let slowReads = 0;
  while ((await readsOf(slowReads % 2 === 0 ? FID : OTHER_FID)).includes('direct')) slowReads += 1;
  expect(slowReads).toBeGreaterThanOrEqual(3);
  expect(await readsOf(FID)).toEqual(['pool']);
});
