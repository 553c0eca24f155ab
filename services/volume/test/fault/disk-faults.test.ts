import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../src/core/limits.ts';
import { deleteNeedle } from '../../src/core/needles/delete-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import type { Volume } from '../../src/core/volume/volume.ts';
import { WRITE_PIECE_BYTES } from '../../src/storage/files/write-in-pieces.ts';
import { FaultyFiles, systemError } from '../support/faulty-files.ts';
import { get, put } from '../support/needles.ts';
import { codeOf, newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

test.each([
  { what: 'a failed write', fault: { error: systemError('EIO'), takenBytes: 0 }, code: 'io-error', state: 'io-error' },
  { what: 'a torn write', fault: { error: systemError('EIO'), takenBytes: 70 }, code: 'io-error', state: 'io-error' },
  {
    what: 'a full disk',
    fault: { error: systemError('ENOSPC'), takenBytes: 50 },
    code: 'no-space',
    state: 'disk-full',
  },
])(
  '$what refuses every waiting write, turns the volume read-only, and tears nothing',
  async ({ fault, code, state }) => {
    const files = new FaultyFiles();
    const path = tempDirectory();
    const { registry, events } = await openRegistry(path, { files });
    const volume = await registry.allocate(newVolume(1));
    await put(volume, 1);
    const lengthBefore = statSync(join(path, '1.dat')).size;
    files.writeFault = fault;
    const codes = await Promise.all([2, 3, 4].map((id) => codeOf(put(volume, id))));
    expect(codes).toEqual([code, code, code]);
    expect(volume.state).toBe(state);
    expect(events.told).toEqual([`read-only: 1 ${state}`]);
    expect(statSync(join(path, '1.dat')).size).toBe(lengthBefore);
    files.writeFault = undefined;
    expect(await codeOf(put(volume, 5))).toBe(state === 'disk-full' ? 'no-space' : 'read-only');
    await get(volume, 1);
    // Room can be made; a disk that failed is trusted again only after the volume was opened anew.
    const writable = await codeOf(registry.markWritable(1));
    expect(writable).toBe(state === 'disk-full' ? 'none' : 'read-only');
    await registry.close();

    const again = await openRegistry(path);
    expect(again.events.told).toEqual([]);
    await get(again.registry.require(1), 1);
    await put(again.registry.require(1), 6);
    await again.registry.close();
  },
);

test('a volume that met a full disk takes writes again once there is room, and not before', async () => {
  const files = new FaultyFiles();
  const { registry } = await openRegistry(tempDirectory(), { files });
  const volume = await registry.allocate(newVolume(1));
  files.writeFault = { error: systemError('ENOSPC'), takenBytes: 0 };
  expect(await codeOf(put(volume, 1))).toBe('no-space');
  files.writeFault = undefined;
  const [disk] = await registry.store.diskStatuses();
  if (disk === undefined) throw new Error('one disk is expected');
  registry.followDisks([{ ...disk, freeBytes: LIMITS.freeBytesToResume - 1 }]);
  expect(volume.state).toBe('disk-full');
  registry.followDisks([{ ...disk, freeBytes: LIMITS.freeBytesToResume }]);
  await put(volume, 1);
  await get(volume, 1);
  await registry.close();
});

test('a disk that was full under an index row is written again once there is room, and no row is missing', async () => {
  const path = tempDirectory();
  const files = new FaultyFiles();
  const { registry } = await openRegistry(path, { files });
  const volume = await registry.allocate(newVolume(1));
  files.rowFault = systemError('ENOSPC');
  for (let id = 1; volume.isWritable; id += 1) {
    await put(volume, id).catch(() => undefined);
    await volume.opened.log.flush().catch(() => undefined);
  }
  expect(volume.state).toBe('disk-full');
  files.rowFault = undefined;
  const disks = (await registry.store.diskStatuses()).map((disk) => ({
    ...disk,
    freeBytes: LIMITS.freeBytesToResume,
  }));
  registry.followDisks(disks);
  for (let id = 11; id <= 13; id += 1) await put(volume, id);
  await volume.opened.log.flush();
  expect(volume.state).toBe('writable');
  const needles = volume.opened.index.count;
  await registry.close();
  const again = await openRegistry(path);
  expect(again.events.told).toEqual([]);
  expect(again.registry.require(1).opened.index.count).toBe(needles);
  for (const id of [1, 11, 12, 13]) await get(again.registry.require(1), id);
  await again.registry.close();
});

test('thousands of writes at once are all stored, in batches', async () => {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  const volume = await registry.allocate(newVolume(1));
  await Promise.all(Array.from({ length: 3000 }, (_, n) => put(volume, n + 1, 10)));
  await registry.close();
  const again = await openRegistry(path);
  expect(again.registry.require(1).counters.fileCount).toBe(3000);
  for (const id of [1, 511, 512, 513, 3000]) await get(again.registry.require(1), id, 10);
  await again.registry.close();
});

test('what does not fit the queue is refused as overloaded', async () => {
  const { registry } = await openRegistry(tempDirectory());
  const volume = await registry.allocate(newVolume(1));
  const writes = Array.from({ length: LIMITS.queuedAppends + 10 }, (_, n) => codeOf(put(volume, n + 1, 1)));
  const codes = await Promise.all(writes);
  expect(codes.filter((code) => code === 'overloaded')).toHaveLength(10);
  await registry.close();
});

test('a failed sync is a failed write, also when the bytes are in the file', async () => {
  const files = new FaultyFiles();
  const path = tempDirectory();
  const { registry } = await openRegistry(path, { files, fsync: 'never' });
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 1);
  files.syncFault = systemError('EIO');
  const needle = plainNeedle(2n, 7, Buffer.from('asks for a sync'), 0);
  expect(await codeOf(writeNeedle(volume, needle, { fsync: true }))).toBe('io-error');
  expect(await codeOf(put(volume, 3))).toBe('read-only');
  await registry.close();
});

test('writes in pieces are put together', async () => {
  const files = new FaultyFiles();
  files.writeBytesMax = 33;
  const path = tempDirectory();
  const { registry } = await openRegistry(path, { files });
  const volume = await registry.allocate(newVolume(1));
  await Promise.all([1, 2, 3].map((id) => put(volume, id, 500)));
  await registry.close();
  const again = await openRegistry(path);
  expect(again.events.told).toEqual([]);
  for (const id of [1, 2, 3]) await get(again.registry.require(1), id, 500);
  await again.registry.close();
});

test('writes that come together share one write and one sync', async () => {
  const files = new FaultyFiles();
  const { registry } = await openRegistry(tempDirectory(), { files, fsync: 'never' });
  const volume = await registry.allocate(newVolume(1));
  const needles = Array.from({ length: 50 }, (_, n) => plainNeedle(BigInt(n + 1), 7, Buffer.alloc(10), 0));
  await Promise.all(needles.map((needle) => writeNeedle(volume, needle, { fsync: true })));
  expect(files.calls).toEqual(['writev', 'fdatasync']);
  await registry.close();
});

test('a large write is several that share one sync, which may fail like any other', async () => {
  const files = new FaultyFiles();
  const path = tempDirectory();
  const { registry } = await openRegistry(path, { files });
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 1, 2 * WRITE_PIECE_BYTES);
  expect(files.calls).toEqual(['writev', 'writev', 'writev', 'fdatasync']);
  files.syncFault = systemError('EIO');
  const endBytes = statSync(join(path, '1.dat')).size;
  expect(await codeOf(put(volume, 2, 2 * WRITE_PIECE_BYTES))).toBe('io-error');
  expect(await codeOf(put(volume, 3))).toBe('read-only');
  expect(statSync(join(path, '1.dat')).size).toBe(endBytes);
  await registry.close();
});

test('in mode always every record is written and synced by itself', async () => {
  const files = new FaultyFiles();
  const { registry } = await openRegistry(tempDirectory(), { files, fsync: 'always' });
  const volume = await registry.allocate(newVolume(1));
  await Promise.all([1, 2, 3].map((id) => put(volume, id)));
  expect(files.calls).toEqual(['writev', 'writev', 'writev']);
  await registry.close();
});

test('index rows that cannot be written stop further writes; what was acknowledged is derived again', async () => {
  const files = new FaultyFiles();
  const path = tempDirectory();
  const { registry } = await openRegistry(path, { files });
  const volume = await registry.allocate(newVolume(1));
  files.rowFault = systemError('EIO');
  await put(volume, 1);
  while (volume.isWritable) await put(volume, 2).catch(() => undefined);
  await registry.close();
  const again = await openRegistry(path);
  expect(again.events.told[0]).toMatch(/^recovered: 1 rows ([2-9]|\d\d)/);
  await get(again.registry.require(1), 1);
  await get(again.registry.require(1), 2);
  await again.registry.close();
});

test('a read that the disk refuses is an io-error, never a missing needle', async () => {
  const files = new FaultyFiles();
  const { registry } = await openRegistry(tempDirectory(), { files });
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 1);
  files.readFault = systemError('EIO');
  expect(await codeOf(get(volume, 1))).toBe('io-error');
  expect(await codeOf(deleteNeedle(volume, 1n, { cookie: 7 }))).toBe('io-error');
  files.readFault = undefined;
  await get(volume, 1);
  await registry.close();
});

test('a second server on the directory is refused, and can start once the first is gone', async () => {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  await expect(openRegistry(path)).rejects.toThrow(/another volume server is using it/);
  await registry.close();
  await (await openRegistry(path)).registry.close();
});

describe('after a crash', () => {
  async function crashed(change: (dat: string, idx: string) => void) {
    const path = tempDirectory();
    const { registry } = await openRegistry(path);
    const volume = await registry.allocate(newVolume(1));
    for (const id of [1, 2, 3, 4]) await put(volume, id);
    await deleteNeedle(volume, 2n, { cookie: 7 });
    await registry.close();
    change(join(path, '1.dat'), join(path, '1.idx'));
    const again = await openRegistry(path);
    return { path, told: again.events.told, registry: again.registry, volume: again.registry.require(1) };
  }

  const expectAll = async (volume: Volume) => {
    expect(volume.state).toBe('writable');
    for (const id of [1, 3, 4]) await get(volume, id);
    expect(await codeOf(get(volume, 2))).toBe('needle-not-found');
  };

  test.each([0, 16, 32, 48, 64])(
    'rows behind byte %d of the index are derived again, deletions among them',
    async (kept) => {
      const { told, volume, registry } = await crashed((_, idx) => truncateSync(idx, kept));
      expect(told).toEqual([`recovered: 1 rows ${5 - kept / 16} cut 0`]);
      await expectAll(volume);
      await registry.close();
    },
  );

  test('half a row and zeros at the end of the index are replaced', async () => {
    const half = await crashed((_, idx) => truncateSync(idx, 70));
    expect(half.told).toEqual(['recovered: 1 rows 1 cut 0']);
    await expectAll(half.volume);
    await half.registry.close();
    const zeros = await crashed((_, idx) => writeFileSync(idx, readFileSync(idx).fill(0, 16)));
    expect(zeros.told).toEqual(['recovered: 1 rows 4 cut 0']);
    await expectAll(zeros.volume);
    await zeros.registry.close();
  });

  test('a torn record is cut off, and the volume stays writable over a further restart', async () => {
    const { told, volume, registry, path } = await crashed((dat) => {
      const content = readFileSync(dat);
      writeFileSync(dat, Buffer.concat([content, content.subarray(8, 100)]));
    });
    expect(told).toEqual(['recovered: 1 rows 0 cut 92']);
    await expectAll(volume);
    await put(volume, 9);
    await registry.close();
    const again = await openRegistry(path);
    expect(again.events.told).toEqual([]);
    await get(again.registry.require(1), 9);
    await again.registry.close();
  });

  test('a whole batch whose middle never reached the disk is kept up to its last intact record', async () => {
    const { told, volume, registry } = await crashed((dat, idx) => {
      truncateSync(idx, 0);
      const content = readFileSync(dat);
      // The second record's data is zeros: its page was not written.
      content.fill(0, 8 + 144 + 20, 8 + 144 + 120);
      writeFileSync(dat, content);
    });
    expect(told).toEqual(['recovered: 1 rows 5 cut 0']);
    for (const id of [1, 3, 4]) await get(volume, id);
    await registry.close();
  });

  test('a lost index and a rotten header in front of much data cut nothing off', async () => {
    const path = tempDirectory();
    const { registry } = await openRegistry(path);
    const volume = await registry.allocate(newVolume(1));
    for (let id = 1; id <= 10; id += 1) await put(volume, id, 2 * 2 ** 20);
    const { offsetBytes } = volume.opened.index.get(2n) ?? { offsetBytes: 0 };
    await registry.close();
    truncateSync(join(path, '1.idx'), 0);
    const content = readFileSync(join(path, '1.dat'));
    content.writeUInt8(0xf0, offsetBytes + 12);
    writeFileSync(join(path, '1.dat'), content);
    const again = await openRegistry(path);
    expect(again.registry.require(1).state).toBe('damaged');
    await get(again.registry.require(1), 1, 2 * 2 ** 20);
    await again.registry.close();
    expect(statSync(join(path, '1.dat')).size).toBe(content.length);
    expect(statSync(join(path, '1.idx')).size).toBe(0);
  });

  test('an empty file written before the crash is not taken for a deletion', async () => {
    const path = tempDirectory();
    const { registry } = await openRegistry(path);
    const volume = await registry.allocate(newVolume(1));
    await put(volume, 1);
    await writeNeedle(volume, plainNeedle(1n, 7, Buffer.alloc(0), 0, 0));
    await writeNeedle(volume, plainNeedle(2n, 7, Buffer.alloc(0), 0, 0));
    await registry.close();
    truncateSync(join(path, '1.idx'), 0);
    const again = await openRegistry(path);
    await get(again.registry.require(1), 1, 0);
    await get(again.registry.require(1), 2, 0);
    await again.registry.close();
  });
});
