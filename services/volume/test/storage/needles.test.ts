import { deleteNeedle } from '../../src/core/needles/delete-needle.ts';
import { readNeedle, readNeedleData, readNeedleDataNow } from '../../src/core/needles/read-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import type { Volume } from '../../src/core/volume/volume.ts';
import { codeOf, newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

async function put(volume: Volume, id: bigint, text: string, cookie = 7): Promise<string> {
  return writeNeedle(volume, plainNeedle(id, cookie, Buffer.from(text), 1_700_000_000), { skipUnchanged: true });
}

async function get(volume: Volume, id: bigint, cookie = 7): Promise<string> {
  const data = await readNeedleData(volume, { volumeId: volume.volumeId, needleKey: id, cookie });
  return Buffer.from(data).toString();
}

test('needles are written, read, overwritten and deleted, and stay so over a restart', async () => {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  const volume = await registry.allocate(newVolume(3));
  await Promise.all([put(volume, 1n, 'one'), put(volume, 2n, 'two'), put(volume, 2n ** 64n - 1n, 'last')]);
  expect(await put(volume, 2n, 'two')).toBe('unchanged');
  expect(await put(volume, 2n, 'zwei')).toBe('written');
  expect(await deleteNeedle(volume, 1n, { cookie: 7 })).toBeGreaterThan(0);
  expect(await deleteNeedle(volume, 1n, { cookie: 7 })).toBeUndefined();
  const check = async (current: Volume) => {
    expect(await get(current, 2n)).toBe('zwei');
    expect(await get(current, 2n ** 64n - 1n)).toBe('last');
    expect(await codeOf(get(current, 1n))).toBe('needle-not-found');
    expect(await codeOf(get(current, 9n))).toBe('needle-not-found');
    expect(await codeOf(get(current, 2n, 8))).toBe('cookie-mismatch');
  };
  await check(volume);
  const before = { ...volume.counters };
  await registry.close();

  const again = await openRegistry(path);
  await check(again.registry.require(3));
  expect(again.registry.require(3).counters).toEqual(before);
  expect(again.events.told).toEqual([]);
  await again.registry.close();
});

test('another cookie can neither overwrite nor delete', async () => {
  const { registry } = await openRegistry(tempDirectory());
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 5n, 'mine');
  expect(await codeOf(put(volume, 5n, 'yours', 8))).toBe('cookie-mismatch');
  expect(await codeOf(deleteNeedle(volume, 5n, { cookie: 8 }))).toBe('cookie-mismatch');
  expect(await get(volume, 5n)).toBe('mine');
  await registry.close();
});

test('changes of one needle that race each other end in one of them, and each is answered', async () => {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 5n, 'first');
  const outcomes = await Promise.all([
    put(volume, 5n, 'second'),
    deleteNeedle(volume, 5n, { cookie: 7 }),
    put(volume, 5n, 'third'),
    deleteNeedle(volume, 5n, { cookie: 7 }),
    put(volume, 6n, 'other'),
  ]);
  expect(outcomes).toHaveLength(5);
  const seen = await get(volume, 5n).catch(() => 'gone');
  expect(await get(volume, 6n)).toBe('other');
  await registry.close();
  const again = await openRegistry(path);
  expect(await get(again.registry.require(1), 5n).catch(() => 'gone')).toBe(seen);
  await again.registry.close();
});

test('append times are strictly increasing even when the clock stands still or goes back', async () => {
  const { registry, clock } = await openRegistry(tempDirectory());
  const volume = await registry.allocate(newVolume(1));
  const times: bigint[] = [];
  for (let n = 1n; n <= 6n; n += 1n) {
    if (n === 4n) clock.ns -= 1_000_000_000n;
    await put(volume, n, 'x');
    times.push((await readNeedle(volume, n, { cookie: 7 })).appendAtNs);
  }
  expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
  expect(new Set(times).size).toBe(times.length);
  await registry.close();
});

test('a read can use the buffer of its caller, and fails when the caller remembers another checksum', async () => {
  const { registry } = await openRegistry(tempDirectory());
  const volume = await registry.allocate(newVolume(1));
  const data = Buffer.alloc(50_000, 'abc');
  await writeNeedle(volume, plainNeedle(1n, 7, data, 0));
  const into = Buffer.alloc(50_128);
  const read = await readNeedleData(volume, { volumeId: 1, needleKey: 1n, cookie: 7, into });
  expect(read.buffer).toBe(into.buffer);
  expect(Buffer.compare(read, data)).toBe(0);
  const wrong = readNeedleData(volume, { volumeId: 1, needleKey: 1n, cookie: 7, expectedCrc32c: 1 });
  expect(await codeOf(wrong)).toBe('checksum-mismatch');
  await registry.close();
});

test('bytes written lately are read without waiting; anything wrong, and anything older, is left to the waiting read', async () => {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 1n, 'lately');
  const request = { volumeId: 1, needleKey: 1n, cookie: 7 };
  expect(Buffer.from(readNeedleDataNow(volume, request) ?? []).toString()).toBe('lately');
  expect(readNeedleDataNow(volume, { ...request, cookie: 8 })).toBeUndefined();
  expect(readNeedleDataNow(volume, { ...request, needleKey: 2n })).toBeUndefined();
  expect(readNeedleDataNow(volume, { ...request, expectedCrc32c: 1 })).toBeUndefined();
  await registry.close();
  const again = await openRegistry(path);
  expect(readNeedleDataNow(again.registry.require(1), request)).toBeUndefined();
  expect(await get(again.registry.require(1), 1n)).toBe('lately');
  await again.registry.close();
});

test('a needle expires by its own ttl or by that of its volume', async () => {
  const { registry, clock } = await openRegistry(tempDirectory());
  const volume = await registry.allocate({ ...newVolume(1), ttl: '5m' });
  await put(volume, 1n, 'short-lived');
  expect(await get(volume, 1n)).toBe('short-lived');
  clock.ns += 300_000_000_000n;
  expect(await codeOf(get(volume, 1n))).toBe('needle-not-found');
  expect(await codeOf(readNeedle(volume, 1n, { cookie: 7 }))).toBe('needle-not-found');
  await registry.close();
});

test.each([1, 2, 3])('a volume of version %d takes and gives records of that version', async (version) => {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  const volume = await registry.allocate({ ...newVolume(1), version });
  for (let n = 1; n <= 20; n += 1) await put(volume, BigInt(n), 'x'.repeat(n));
  await deleteNeedle(volume, 3n, { cookie: 7 });
  await registry.close();
  const again = await openRegistry(path);
  const reopened = again.registry.require(1);
  expect(again.events.told).toEqual([]);
  expect(reopened.state).toBe('writable');
  for (let n = 1; n <= 20; n += 1) if (n !== 3) expect(await get(reopened, BigInt(n))).toBe('x'.repeat(n));
  expect(await codeOf(get(reopened, 3n))).toBe('needle-not-found');
  await again.registry.close();
});

test('allocation is refused when it cannot be meant', async () => {
  const { registry } = await openRegistry(tempDirectory(), { volumesMax: 1 });
  expect(await codeOf(registry.allocate({ ...newVolume(1), version: 4 }))).toBe('invalid-argument');
  expect(await codeOf(registry.allocate({ ...newVolume(1), replication: '9x' }))).toBe('invalid-argument');
  await registry.allocate(newVolume(1));
  expect(await codeOf(registry.allocate(newVolume(1)))).toBe('invalid-argument');
  expect(await codeOf(registry.allocate(newVolume(2)))).toBe('no-space');
  await registry.close();
});

test('a volume marked read-only refuses changes, over a restart when asked, until it is writable again', async () => {
  const path = tempDirectory();
  const first = await openRegistry(path);
  await put(await first.registry.allocate(newVolume(1)), 1n, 'x');
  await first.registry.markReadOnly(1, true);
  expect(await codeOf(put(first.registry.require(1), 2n, 'y'))).toBe('read-only');
  expect(await codeOf(deleteNeedle(first.registry.require(1), 1n, { cookie: 7 }))).toBe('read-only');
  await first.registry.close();
  const second = await openRegistry(path);
  expect(await codeOf(put(second.registry.require(1), 2n, 'y'))).toBe('read-only');
  await second.registry.markWritable(1);
  await put(second.registry.require(1), 2n, 'y');
  await second.registry.close();
});

test('unmounted volumes can be mounted again, deleted ones are gone', async () => {
  const { registry } = await openRegistry(tempDirectory());
  await put(await registry.allocate(newVolume(1)), 1n, 'kept');
  await registry.unmount(1);
  await registry.unmount(1);
  expect(registry.get(1)).toBeUndefined();
  expect(await get(await registry.mount(1), 1n)).toBe('kept');
  expect(await codeOf(registry.delete(1, true))).toBe('invalid-argument');
  await registry.delete(1, false);
  expect(await codeOf(registry.mount(1))).toBe('volume-not-found');
  await registry.close();
});
