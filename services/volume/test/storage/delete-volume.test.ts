import { setImmediate as nextTurn } from 'node:timers/promises';
import { deleteNeedle } from '../../src/core/needles/delete-needle.ts';
import { readNeedleData } from '../../src/core/needles/read-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import { Compaction } from '../../src/core/volume/compact-volume.ts';
import type { Volume } from '../../src/core/volume/volume.ts';
import { codeOf, newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const put = (volume: Volume, id: number) => writeNeedle(volume, plainNeedle(BigInt(id), 7, Buffer.from('data'), 1));

test('a volume whose deletions were counted more often than its needles is not empty', async () => {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  const volume = await registry.allocate(newVolume(1));
  for (let id = 1; id <= 4; id += 1) await put(volume, id);
  // Needles deleted in front of a compaction's copy are left out of it, and their tombstones are not.
  const compaction = await Compaction.begin(volume, registry.store);
  for (let id = 1; id <= 3; id += 1) await deleteNeedle(volume, BigInt(id), { cookie: 7 });
  for await (const _ of compaction.copy());
  await compaction.commit();
  expect(volume.counters.fileCount).toBeLessThan(volume.counters.deleteCount);
  expect(await codeOf(registry.delete(1, true))).toBe('invalid-argument');
  expect((await readNeedleData(volume, { volumeId: 1, needleKey: 4n, cookie: 7 })).toString()).toBe('data');
  await put(volume, 5);
  for (const id of [4n, 5n]) await deleteNeedle(volume, id, { cookie: 7 });
  expect(await codeOf(registry.delete(1, true))).toBe('none');
  await registry.close();
});

test('a write that meets the deletion of its empty volume is refused or keeps it', async () => {
  for (let turns = 0; turns < 8; turns += 1) {
    const { registry } = await openRegistry(tempDirectory());
    const volume = await registry.allocate(newVolume(1));
    const writing = codeOf(put(volume, 1));
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    const deleting = codeOf(registry.delete(1, true));
    const late = codeOf(put(volume, 2));
    const codes = await Promise.all([writing, deleting]);
    expect(codes).not.toEqual(['none', 'none']);
    // Nobody is left waiting, whichever way it went.
    expect(await late).toBe(codes[1] === 'none' ? 'shutting-down' : 'none');
    await registry.close();
  }
});
