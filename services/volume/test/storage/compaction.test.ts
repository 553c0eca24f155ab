import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { bufferSource, decodeSuperblock, scanNeedles } from '@needlestack/needle-format';
import { deleteNeedle } from '../../src/core/needles/delete-needle.ts';
import { readNeedleData } from '../../src/core/needles/read-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import { garbageRatio } from '../../src/core/volume/compact-volume.ts';
import type { Volume } from '../../src/core/volume/volume.ts';
import type { VolumeRegistry } from '../../src/core/volume/volume-registry.ts';
import { FaultyFiles, systemError } from '../support/faulty-files.ts';
import { codeOf, newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const put = (volume: Volume, id: number, text: string) =>
  writeNeedle(volume, plainNeedle(BigInt(id), 7, Buffer.from(text), 1));

async function get(volume: Volume, id: number): Promise<string> {
  const data = await readNeedleData(volume, { volumeId: volume.volumeId, needleKey: BigInt(id), cookie: 7 });
  return Buffer.from(data).toString();
}

async function compact(registry: VolumeRegistry): Promise<void> {
  for await (const _ of registry.compact(1));
}

async function startFilled(path: string, files = new FaultyFiles()) {
  const { registry } = await openRegistry(path, { files });
  const volume = await registry.allocate(newVolume(1));
  for (let id = 1; id <= 20; id += 1) await put(volume, id, `needle ${id} `.repeat(20));
  for (let id = 1; id <= 10; id += 1) await deleteNeedle(volume, BigInt(id), { cookie: 7 });
  await put(volume, 20, 'rewritten');
  return { registry, volume, files };
}

test('a compaction keeps what lives, also what changes while it runs, and nothing else', async () => {
  const path = tempDirectory();
  const { registry, volume } = await startFilled(path);
  const before = statSync(join(path, '1.dat')).size;
  expect(garbageRatio(volume)).toBeGreaterThan(0.4);
  await compact(registry);
  await put(volume, 21, 'new since');
  await put(volume, 15, 'changed since');
  await deleteNeedle(volume, 16n, { cookie: 7 });
  await put(volume, 3, 'back again');
  await registry.commitCompaction(1);

  const check = async (current: Volume) => {
    expect(await get(current, 21)).toBe('new since');
    expect(await get(current, 15)).toBe('changed since');
    expect(await get(current, 3)).toBe('back again');
    expect(await get(current, 20)).toBe('rewritten');
    expect(await get(current, 11)).toBe('needle 11 '.repeat(20));
    expect(await codeOf(get(current, 16))).toBe('needle-not-found');
    expect(await codeOf(get(current, 2))).toBe('needle-not-found');
  };
  await check(volume);
  await put(volume, 22, 'after');
  await registry.close();
  expect(statSync(join(path, '1.dat')).size).toBeLessThan(before * 0.7);
  for (const extension of ['cpd', 'cpx', 'cpc']) expect(existsSync(join(path, `1.${extension}`))).toBe(false);

  const again = await openRegistry(path);
  expect({ told: again.events.told, state: again.registry.require(1).state }).toEqual({ told: [], state: 'writable' });
  await check(again.registry.require(1));
  expect(await get(again.registry.require(1), 22)).toBe('after');
  await again.registry.close();

  const dat = readFileSync(join(path, '1.dat'));
  expect(decodeSuperblock(dat).compactionRevision).toBe(1);
  const times: bigint[] = [];
  for await (const { appendAtNs } of scanNeedles(bufferSource(dat), { version: 3, startBytes: 8 }))
    times.push(appendAtNs);
  expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
});

test('writers, deleters and readers go on through many compactions and are all answered', async () => {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  const volume = await registry.allocate(newVolume(1));
  const model = new Map<number, string>();
  let stop = false;
  const work = async (lane: number): Promise<void> => {
    for (let n = 0; !stop; n += 1) {
      const id = lane * 10 + (n % 10);
      if (n % 3 === 2) {
        await deleteNeedle(volume, BigInt(id), { cookie: 7 });
        model.delete(id);
      } else {
        await put(volume, id, `lane ${lane} round ${n}`);
        model.set(id, `lane ${lane} round ${n}`);
      }
      const other = lane * 10 + ((n + 5) % 10);
      expect(await get(volume, other).catch((error: { code: string }) => error.code)).toBe(
        model.get(other) ?? 'needle-not-found',
      );
    }
  };
  const lanes = [1, 2, 3, 4].map(work);
  for (let round = 0; round < 8; round += 1) {
    await compact(registry);
    await registry.commitCompaction(1);
  }
  stop = true;
  await Promise.all(lanes);
  await registry.close();
  const again = await openRegistry(path);
  for (let id = 10; id < 50; id += 1) {
    const seen = await get(again.registry.require(1), id).catch((error: { code: string }) => error.code);
    expect({ id, seen }).toEqual({ id, seen: model.get(id) ?? 'needle-not-found' });
  }
  await again.registry.close();
});

test('a damaged needle stays damaged; it does not become missing', async () => {
  const path = tempDirectory();
  const first = await startFilled(path);
  const { offsetBytes } = first.volume.opened.index.get(12n) ?? { offsetBytes: 0 };
  await first.registry.close();
  const handle = openSync(join(path, '1.dat'), 'r+');
  writeSync(handle, Buffer.from([0xff]), 0, 1, offsetBytes + 30);
  closeSync(handle);
  const { registry } = await openRegistry(path);
  await compact(registry);
  await registry.commitCompaction(1);
  expect(await codeOf(get(registry.require(1), 12))).toBe('checksum-mismatch');
  await registry.close();
});

test('an expired needle is dropped by its own ttl', async () => {
  const { registry, clock } = await openRegistry(tempDirectory());
  const volume = await registry.allocate({ ...newVolume(1), ttl: '5m' });
  await put(volume, 1, 'old');
  clock.ns += 200_000_000_000n;
  await put(volume, 2, 'young');
  clock.ns += 200_000_000_000n;
  await compact(registry);
  await registry.commitCompaction(1);
  expect(volume.counters.fileCount).toBe(1);
  expect(await get(volume, 2)).toBe('young');
  await registry.close();
});

test('cleanup, a commit without a compaction, and a disk that fails while copying leave the volume as it was', async () => {
  const path = tempDirectory();
  const { registry, volume, files } = await startFilled(path);
  expect(await codeOf(registry.commitCompaction(1))).toBe('invalid-argument');
  await compact(registry);
  expect(existsSync(join(path, '1.cpd'))).toBe(true);
  await registry.discardCompaction(1);
  expect(existsSync(join(path, '1.cpd'))).toBe(false);
  files.readFault = systemError('EIO');
  expect(await codeOf(compact(registry))).toBe('EIO');
  files.readFault = undefined;
  expect(existsSync(join(path, '1.cpd'))).toBe(false);
  await compact(registry);
  files.syncFault = systemError('EIO');
  expect(await codeOf(registry.commitCompaction(1))).toBe('io-error');
  files.syncFault = undefined;
  await put(volume, 30, 'still writable');
  expect(await get(volume, 11)).toBe('needle 11 '.repeat(20));
  await registry.close();
  const again = await openRegistry(path);
  expect(await get(again.registry.require(1), 30)).toBe('still writable');
  await again.registry.close();
});

test('nothing more is written to the old files once a start would take the new ones', async () => {
  const path = tempDirectory();
  const { registry, volume } = await startFilled(path);
  await compact(registry);
  // A directory in its place: the mark can be made, but the compacted file cannot be renamed to the volume's.
  renameSync(join(path, '1.dat'), join(path, 'aside'));
  mkdirSync(join(path, '1.dat'));
  expect(await codeOf(registry.commitCompaction(1))).toBe('io-error');
  rmdirSync(join(path, '1.dat'));
  renameSync(join(path, 'aside'), join(path, '1.dat'));
  expect(await codeOf(put(volume, 30, 'would be lost'))).toBe('read-only');
  expect(await get(volume, 11)).toBe('needle 11 '.repeat(20));
  await registry.close();

  const again = await openRegistry(path);
  expect(again.registry.require(1).state).toBe('writable');
  expect(await get(again.registry.require(1), 11)).toBe('needle 11 '.repeat(20));
  expect(await codeOf(get(again.registry.require(1), 2))).toBe('needle-not-found');
  await again.registry.close();
});

test('a mark that cannot be made leaves the volume writable and nothing behind', async () => {
  const path = tempDirectory();
  const { registry, volume } = await startFilled(path);
  await compact(registry);
  mkdirSync(join(path, '1.cpc.tmp'));
  expect(await codeOf(registry.commitCompaction(1))).toBe('io-error');
  rmdirSync(join(path, '1.cpc.tmp'));
  await put(volume, 30, 'still writable');
  expect(readdirSync(path).filter((file) => file.includes('.cp'))).toEqual([]);
  const open = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  expect(open.filter((file) => file.includes('.cp') && file.startsWith(path))).toEqual([]);
  await registry.close();
  const again = await openRegistry(path);
  expect(await get(again.registry.require(1), 30)).toBe('still writable');
  await again.registry.close();
});

test('of two compactions of a volume at once, one is refused', async () => {
  const { registry, volume } = await startFilled(tempDirectory());
  const codes = await Promise.all([codeOf(compact(registry)), codeOf(compact(registry))]);
  expect(codes).toEqual(['none', 'overloaded']);
  await registry.commitCompaction(1);
  expect(await get(volume, 11)).toBe('needle 11 '.repeat(20));
  await registry.close();
});
