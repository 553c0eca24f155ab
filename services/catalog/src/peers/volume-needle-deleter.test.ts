import type { Chunk } from '@needlestack/service-contracts';
import { createVolumeNeedleDeleter } from './volume-needle-deleter.ts';

const chunk = (volumeId: number, needleKey: number): Chunk => ({
  volumeId,
  needleKey: BigInt(needleKey),
  cookie: 1,
  sizeBytes: 1,
  crc32c: 1,
});

test('asks volume by volume, in calls of bounded size; a volume that fails keeps only its own needles', async () => {
  const calls: string[] = [];
  const failed: number[] = [];
  const deleter = createVolumeNeedleDeleter(
    async (chunks) => {
      calls.push(`${chunks[0]?.volumeId}: ${chunks.length}`);
      if (chunks[0]?.volumeId === 2) throw new Error('unreachable');
    },
    (volumeId) => failed.push(volumeId),
  );
  const many = Array.from({ length: 1001 }, (_, i) => chunk(3, i));
  const gone = await deleter.deleteNeedles(
    [chunk(1, 1), chunk(2, 2), chunk(1, 3), ...many],
    new AbortController().signal,
  );
  expect(calls).toEqual(['1: 2', '2: 1', '3: 1000', '3: 1']);
  expect(gone.slice(0, 4)).toEqual([true, false, true, true]);
  expect(failed).toEqual([2]);
});

test('an abort ends it', async () => {
  const deleter = createVolumeNeedleDeleter(
    async () => undefined,
    () => undefined,
  );
  await expect(deleter.deleteNeedles([chunk(1, 1)], AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
