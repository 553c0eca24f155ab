import { AdminLocks } from './admin-locks.ts';
import { ADMIN_LOCK_MS, PROVISIONAL_MS } from './limits.ts';
import { ANYWHERE } from './plan-placement.ts';
import type { MasterEvents } from './ports.ts';
import { Topology } from './topology.ts';
import { emptyVolumeRecord } from './volume-record.ts';

const LIMIT_BYTES = 1_000;
const layout = { collection: 'c', placement: 0, ttl: 0, diskType: '' };
const random = { fraction: () => 0.5, uint32: () => 7 };

const silent: MasterEvents = {
  serverJoined: () => {},
  serverLeft: () => {},
  volumeGrown: () => {},
  growthFailed: () => {},
  volumeVacuumed: () => {},
  vacuumFailed: () => {},
  fileKeyIgnored: () => {},
};

const setUp = () => {
  const clock = { now: 1_000_000, nowMs: () => clock.now };
  const topology = new Topology({
    clock,
    events: silent,
    volumeSizeLimitBytes: LIMIT_BYTES,
    placementIsMinimum: false,
  });
  const join = (port: number, rack = 'r') =>
    topology.join(
      { id: `s:${port}`, ip: 's', port, grpcPort: port + 1, publicUrl: `s:${port}`, dataCenter: 'd', rack },
      [],
    );
  return { clock, topology, join };
};

test('a volume is writable with exactly its copies, none read-only, below the limit', () => {
  const { topology, join } = setUp();
  const [first, second, third] = [join(1), join(2), join(3)];
  const twice = { ...layout, placement: 1 };
  const record = emptyVolumeRecord(5, twice);
  const writable = (): number => topology.volumes.writables(twice).length;
  const put = (server: typeof first, change: object): void =>
    topology.report(server, { kind: 'changes', added: [{ ...record, ...change }], removed: [] }, undefined);
  put(first, {});
  expect(writable()).toBe(0);
  put(second, {});
  expect(writable()).toBe(1);
  put(second, { readOnly: true });
  expect(writable()).toBe(0);
  put(second, { sizeBytes: LIMIT_BYTES });
  expect(writable()).toBe(0);
  put(second, { sizeBytes: LIMIT_BYTES - 1 });
  expect(writable()).toBe(1);
  put(third, {});
  expect(writable()).toBe(0);
  topology.leave(third);
  expect(writable()).toBe(1);
});

test('bytes that were assigned count until the next report', () => {
  const { topology, join } = setUp();
  const server = join(1);
  const report = (): void =>
    topology.report(server, { kind: 'full', volumes: [emptyVolumeRecord(5, layout)] }, undefined);
  report();
  const volume = topology.volumes.pick(layout, ANYWHERE, random);
  if (volume === undefined) throw new Error('a writable volume expected');
  expect(topology.volumes.isCrowded(layout)).toBe(false);
  topology.volumes.expectBytes(volume, LIMIT_BYTES);
  expect(topology.volumes.pick(layout, ANYWHERE, random)).toBeUndefined();
  report();
  expect(topology.volumes.pick(layout, ANYWHERE, random)?.id).toBe(5);
});

test('a wish for a place picks only volumes that have a copy there', () => {
  const { topology, join } = setUp();
  const [near, far] = [join(1, 'near'), join(2, 'far')];
  topology.report(near, { kind: 'full', volumes: [emptyVolumeRecord(1, layout)] }, undefined);
  topology.report(far, { kind: 'full', volumes: [emptyVolumeRecord(2, layout)] }, undefined);
  expect(topology.volumes.pick(layout, { ...ANYWHERE, rack: 'far' }, random)?.id).toBe(2);
  expect(topology.volumes.pick(layout, { ...ANYWHERE, dataNode: 's:1' }, random)?.id).toBe(1);
  expect(topology.volumes.pick(layout, { ...ANYWHERE, rack: 'nowhere' }, random)).toBeUndefined();
});

test('on the same disks one volume is filled before the next', () => {
  const { topology, join } = setUp();
  const [first, second] = [join(1), join(2)];
  const volumes = (ids: readonly number[]) => ids.map((id) => emptyVolumeRecord(id, layout));
  topology.report(first, { kind: 'full', volumes: volumes([1, 2, 3]) }, undefined);
  topology.report(second, { kind: 'full', volumes: volumes([4, 5, 6]) }, undefined);
  const pickAt = (fraction: number): number | undefined =>
    topology.volumes.pick(layout, ANYWHERE, { ...random, fraction: () => fraction })?.id;
  expect([0, 0.2, 0.4].map(pickAt)).toEqual([1, 1, 1]);
  expect([0.9, 0.7, 0.5].map(pickAt)).toEqual([6, 6, 6]);
  topology.report(
    first,
    { kind: 'changes', added: [{ ...emptyVolumeRecord(1, layout), readOnly: true }], removed: [] },
    undefined,
  );
  expect([0, 0.3].map(pickAt)).toEqual([2, 2]);
});

test('a provisional volume outlives older lists for a while, then must be reported', () => {
  const { clock, topology, join } = setUp();
  const server = join(1);
  topology.addProvisional(server, emptyVolumeRecord(5, layout));
  topology.report(server, { kind: 'full', volumes: [] }, undefined);
  expect(topology.volumes.find(5)).toBeDefined();
  clock.now += PROVISIONAL_MS;
  topology.report(server, { kind: 'full', volumes: [] }, undefined);
  expect(topology.volumes.find(5)).toBeUndefined();
});

test('slots: volumes, promises and shards use them, volumes in a remote tier do not', () => {
  const { topology, join } = setUp();
  const server = join(1);
  server.capacity = { ...server.capacity, maxVolumeCounts: new Map([['', 10]]) };
  const release = server.reserveSlot('');
  const remote = { ...emptyVolumeRecord(2, layout), remoteStorageName: 's3' };
  const shard = {
    id: 9,
    collection: '',
    diskType: '',
    diskId: 0,
    expireAtSeconds: 0,
    shardSizesBytes: [],
    fileCount: 0,
    deleteCount: 0,
    encodeTsNs: '0',
  };
  topology.report(
    server,
    { kind: 'full', volumes: [emptyVolumeRecord(1, layout), remote] },
    { kind: 'full', shards: [{ ...shard, shardBits: 0b11_1111_1111_1111 }] },
  );
  expect(server.freeSlots('')).toBe(10 - 1 - 1 - 2);
  release();
  release();
  expect(server.freeSlots('')).toBe(10 - 1 - 2);
  expect(server.freeSlots('ssd')).toBe(0);
});

test('an admin lock that is not renewed falls to the next', () => {
  const clock = { now: 0, nowMs: () => clock.now };
  const locks = new AdminLocks(clock, random);
  const previous = { token: 0n, lockedAtNs: 0n };
  locks.lease({ name: 'n', client: 'ann', message: 'm', previous });
  const bob = { name: 'n', client: 'bob', message: '', previous };
  expect(() => locks.lease(bob)).toThrow('already locked by ann: m');
  clock.now += ADMIN_LOCK_MS;
  expect(locks.find('n')).toBeUndefined();
  locks.lease(bob);
  expect(locks.find('n')?.client).toBe('bob');
});
