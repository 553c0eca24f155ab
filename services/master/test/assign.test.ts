import { parseFileId } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { RunningMaster } from './support/running-master.ts';

const LEASE = { count: 100, collection: '', replication: '', ttl: '', dataCenter: '' };

let master: RunningMaster;

beforeEach(async () => {
  master = await RunningMaster.start();
});

afterEach(() => master.stopAndForget());

test('the first lease of an empty cluster succeeds: it waits for the server and makes the volume', async () => {
  const leasing = master.service.port.leaseFileIds(LEASE);
  const server = await master.join();
  const lease = await leasing;
  expect(lease).toMatchObject({ count: 100, firstKey: 1n });
  expect(lease.locations).toEqual([
    {
      url: server.url,
      publicUrl: server.url,
      grpcAddress: `127.0.0.1:${server.grpcPort}`,
      dataCenter: 'DefaultDataCenter',
    },
  ]);
  expect(server.volumes.has(lease.volumeId)).toBe(true);
  expect(await master.service.port.lookupVolume(lease.volumeId)).toEqual(lease.locations);
  expect(await master.service.port.lookupVolume(999)).toEqual([]);
});

test('leases do not overlap', async () => {
  await master.join();
  const leases = await Promise.all(Array.from({ length: 50 }, () => master.service.port.leaseFileIds(LEASE)));
  const firsts = leases.map(({ firstKey }) => Number(firstKey)).sort((a, b) => a - b);
  firsts.forEach((first, index) => {
    if (index > 0) expect(first - (firsts[index - 1] ?? 0)).toBeGreaterThanOrEqual(100);
  });
});

test('assign over gRPC and HTTP gives parsable file ids, count > 1 a range', async () => {
  const server = await master.join();
  const answer = await master.client.call.Assign({ count: 5 });
  expect(answer).toMatchObject({ count: '5', error: '', location: { url: server.url, grpc_port: server.grpcPort } });
  const { key } = parseFileId(answer.fid);
  const next = await master.get('/dir/assign?count=3&pretty=y');
  expect(next).toMatchObject({ status: 200, json: { count: 3, url: server.url, publicUrl: server.url } });
  expect(parseFileId(next.json.fid).key).toBe(key + 5n);
  expect((await master.get('/dir/assign?count=garbage')).json.count).toBe(1);
});

test('StreamAssign answers each request, refusals too, and keeps the stream', async () => {
  await master.join();
  const requests = async function* () {
    yield { count: 1 };
    yield { count: 1, replication: '001' };
    yield { count: 2 };
  };
  const answers = [];
  for await (const answer of master.client.call.StreamAssign(requests())) answers.push(answer);
  expect(answers.map(({ count }) => count)).toEqual(['1', '0', '2']);
  expect(answers[1]?.error).toContain('no place for 2 copies');
});

test('writes go to volumes of the same collection, replication, ttl only', async () => {
  await master.join();
  const ids = new Set<number>();
  for (const query of ['collection=a', 'collection=b', 'ttl=5m', 'collection=a&ttl=5m']) {
    ids.add(parseFileId((await master.get(`/dir/assign?${query}`)).json.fid).volumeId);
  }
  expect(ids.size).toBe(4);
  const { json } = await master.get('/dir/status');
  expect(
    json.Topology.Layouts.map(({ collection, ttl }: { collection: string; ttl: string }) => [collection, ttl]).sort(),
  ).toEqual([
    ['', '5m'],
    ['a', ''],
    ['a', '5m'],
    ['b', ''],
  ]);
});

test('copies lie on as many servers as the replication says', async () => {
  for (const [dataCenter, rack] of [
    ['a', '1'],
    ['a', '1'],
    ['a', '2'],
    ['b', '1'],
  ] as const) {
    await master.join({ dataCenter, rack });
  }
  const answer = await master.client.call.Assign({ count: 1, replication: '111' });
  expect(answer.replicas).toHaveLength(3);
  const { volumeId } = parseFileId(answer.fid);
  expect(master.servers.filter(({ volumes }) => volumes.has(volumeId))).toHaveLength(4);
});

test('a server that refuses is left out; a volume half made is taken back', async () => {
  const good = await master.join();
  const bad = await master.join();
  bad.refusesAllocation = true;
  await expect(master.client.call.Assign({ count: 1, replication: '001' })).rejects.toMatchObject({
    code: 'resource-exhausted',
  });
  expect(good.volumes.size).toBe(0);
  expect(good.deletedVolumes.length).toBeGreaterThan(0);
  const answer = await master.client.call.Assign({ count: 1 });
  expect(answer.location?.url).toBe(good.url);
  expect(master.service.metrics.render()).resolves.toContain('master_volume_growth_total{outcome="failed"');
});

test('without room the refusal says so', async () => {
  await master.join({ maxVolumes: 0 });
  await expect(master.service.port.leaseFileIds(LEASE)).rejects.toMatchObject({ code: 'no-space' });
  await expect(master.service.port.leaseFileIds(LEASE)).rejects.toBeInstanceOf(VolumeError);
  expect(await master.get('/dir/assign')).toMatchObject({ status: 406 });
  expect((await master.get('/dir/assign?ttl=abc')).json.error).toContain('ttl');
  await expect(master.client.call.Assign({ replication: '9x' })).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('full and read-only volumes get no writes; the next volume is made', async () => {
  const server = await master.join();
  const first = parseFileId((await master.client.call.Assign({ count: 1 })).fid).volumeId;
  await master.until(() => server.volumes.size > 1);
  for (const [id, volume] of server.volumes) server.volumes.set(id, { ...volume, size: 200 * 1024 * 1024 });
  const full = new Set(server.volumes.keys());
  expect(full).toContain(first);
  await server.beat();
  await master.until(async () => (await master.get('/dir/status')).json.Topology.Layouts[0].writables.length === 0);
  const second = parseFileId((await master.client.call.Assign({ count: 1 })).fid).volumeId;
  expect(full).not.toContain(second);
});
