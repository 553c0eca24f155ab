import { randomBytes } from 'node:crypto';
import { nodeFileSystem } from '../../src/storage/files/file-system.ts';
import { FaultyFiles } from '../support/faulty-files.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume, type TestService } from '../support/start-test-service.ts';

const FID = '/1,0123456789';
const MIB = 2 ** 20;

/** Lengths of the reads of more than 64 KiB that one GET makes after a restart. */
async function readsOf(data: Buffer, options: { hasSlowRead?: boolean; readBufferBytes?: number }): Promise<number[]> {
  const first = await startWithVolume();
  expect((await send(first.url, 'PUT', FID, {}, data)).status).toBe(201);
  await first.close();
  const lengths: number[] = [];
  class Counted extends FaultyFiles {
    override read: FaultyFiles['read'] = (handle, target, lengthBytes, position, done) => {
      if (lengthBytes > 65_536) lengths.push(lengthBytes);
      nodeFileSystem.read(handle, target, lengthBytes, position, done);
    };
  }
  const second: TestService = await startTestService({
    ...options,
    files: new Counted(),
    directories: [{ path: first.path, volumesMax: 20 }],
  });
  lengths.length = 0;
  const answer = await send(second.url, 'GET', FID);
  expect(Buffer.compare(answer.body, data)).toBe(0);
  return lengths;
}

test('large needles are read in pieces, or at once where that is asked for', async () => {
  const data = randomBytes(5 * MIB);
  const pieces = await readsOf(data, { readBufferBytes: 2 * MIB });
  expect(pieces.slice(0, 2)).toEqual([2 * MIB, 2 * MIB]);
  expect(pieces).toHaveLength(3);
  expect(await readsOf(data, { hasSlowRead: false })).toHaveLength(1);
  expect(await readsOf(randomBytes(MIB), {})).toHaveLength(1);
});
