import { parseFileId } from '@needlestack/needle-format';
import { PushQueue } from '@needlestack/rpc';
import type { KeepConnectedRequestInit, KeepConnectedResponse } from '@needlestack/rpc/wire/master-pb';
import { RunningMaster } from './support/running-master.ts';

let master: RunningMaster;

beforeEach(async () => {
  master = await RunningMaster.start();
});

afterEach(() => master.stopAndForget());

const lookUp = async (volumeId: number): Promise<string[]> => {
  const answer = await master.client.call.LookupVolume({ volume_or_file_ids: [String(volumeId)] });
  return (answer.volume_id_locations[0]?.locations ?? []).map(({ url }) => url);
};

test('the first answer carries the size limit', async () => {
  const server = await master.join();
  expect(server.answers[0]).toMatchObject({ volume_size_limit: String(100 * 1024 * 1024), duplicated_uuids: [] });
});

test('full reports, deltas and the end of the stream move volumes', async () => {
  const server = await master.join();
  server.volumes.set(7, { id: 7, collection: 'c', version: 3 });
  await server.beat();
  await master.until(async () => (await lookUp(7)).length === 1);
  await server.send({ new_volumes: [{ id: 8, collection: 'c', version: 3 }], deleted_volumes: [{ id: 7 }] });
  await master.until(async () => (await lookUp(8)).length === 1);
  expect(await lookUp(7)).toEqual([]);
  expect(await master.get('/dir/lookup?volumeId=8&collection=other')).toMatchObject({ status: 404 });
  expect((await master.get('/dir/lookup?volumeId=8,01637037d6')).json.locations).toHaveLength(1);
  await server.leave();
  await master.until(async () => (await lookUp(8)).length === 0);
});

test('a volume made a moment ago survives a report that is older', async () => {
  const server = await master.join();
  const { volumeId } = parseFileId((await master.client.call.Assign({ count: 1 })).fid);
  await server.send({ ...(await beatWithoutVolumes(server.url)), has_no_volumes: true });
  await server.send({ new_volumes: [{ id: 4_000, version: 3 }] });
  await master.until(async () => (await lookUp(4_000)).length === 1);
  expect(await lookUp(volumeId)).toEqual([server.url]);
});

const beatWithoutVolumes = async (url: string) => ({ ip: '127.0.0.1', port: Number(url.split(':')[1]) });

test('a server that reconnects is not removed by the end of its older stream', async () => {
  const older = await master.join({ port: 18_500 });
  const newer = await master.join({ port: 18_500 });
  newer.volumes.set(9, { id: 9, version: 3 });
  await newer.beat();
  await master.until(async () => (await lookUp(9)).length === 1);
  await older.leave();
  const barrier = await master.join({ port: 18_501 });
  expect(await lookUp(9)).toEqual([newer.url]);
  await barrier.leave();
});

test('two servers with one directory: the second is told and cut off', async () => {
  await master.join({ directoryUuids: ['u1', 'u2'] });
  const second = await master.join({ directoryUuids: ['u2', 'u3'] });
  expect(second.answers[0]?.duplicated_uuids).toEqual(['u2']);
  expect(await second.ended).toMatchObject({ code: 'already-exists' });
});

test('EC shards are found by volume and by shard', async () => {
  const [first, second] = [await master.join(), await master.join()];
  await first.send({ new_ec_shards: [{ id: 5, collection: 'c', ec_index_bits: 0b0111 }] });
  await second.send({ new_ec_shards: [{ id: 5, collection: 'c', ec_index_bits: 0b1100 }] });
  await master.until(async () => (await lookUp(5)).length === 2);
  const { shard_id_locations } = await master.client.call.LookupEcVolume({ volume_id: 5 });
  expect(shard_id_locations.map(({ shard_id, locations }) => [shard_id, locations.length])).toEqual([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 1],
  ]);
  await expect(master.client.call.LookupEcVolume({ volume_id: 6 })).rejects.toThrow('ec volume 6 not found');
  await second.send({ deleted_ec_shards: [{ id: 5, ec_index_bits: 0b1100 }] });
  await master.until(async () => (await lookUp(5)).length === 1);
});

test('KeepConnected: leader, then servers with volumes, then changes and members', async () => {
  const server = await master.join();
  server.volumes.set(3, { id: 3, version: 3 });
  await server.beat();
  await master.until(async () => (await lookUp(3)).length === 1);
  const requests = new PushQueue<KeepConnectedRequestInit>();
  await requests.push({ client_type: 'filer', client_address: '127.0.0.1:8888', version: 'v' });
  const feed = master.client.call.KeepConnected(requests);
  const next = async (): Promise<KeepConnectedResponse> => {
    const { value, done } = await feed.next();
    if (done === true) throw new Error('the feed has ended');
    return value;
  };
  const leader = `127.0.0.1:${master.service.httpPort}.${master.service.grpcPort}`;
  expect((await next()).volume_location?.leader).toBe(leader);
  expect((await next()).volume_location).toMatchObject({ url: server.url, new_vids: [3], grpc_port: server.grpcPort });
  expect((await next()).cluster_node_update).toMatchObject({
    address: '127.0.0.1:8888',
    node_type: 'filer',
    is_add: true,
  });
  await server.send({ new_volumes: [{ id: 4, version: 3 }], deleted_volumes: [{ id: 3 }] });
  expect((await next()).volume_location).toMatchObject({ new_vids: [4], deleted_vids: [3] });
  const nodes = await master.client.call.ListClusterNodes({ client_type: 'filer' });
  expect(nodes.cluster_nodes.map(({ address }) => address)).toEqual(['127.0.0.1:8888']);
  await server.leave();
  expect((await next()).volume_location).toMatchObject({ url: server.url, deleted_vids: [4] });
  requests.end();
  await master.until(
    async () => (await master.client.call.ListClusterNodes({ client_type: 'filer' })).cluster_nodes.length === 0,
  );
});
