import { parseFileId } from '@needlestack/needle-format';
import { RunningMaster } from './support/running-master.ts';

let master: RunningMaster;

beforeEach(async () => {
  master = await RunningMaster.start();
});

afterEach(() => master.stopAndForget());

test('VolumeGrow makes exactly what is asked, or says why not', async () => {
  const server = await master.join({ dataCenter: 'dc1', maxVolumes: 5 });
  await master.client.call.VolumeGrow({ writable_volume_count: 3, collection: 'c' });
  expect(server.volumes.size).toBe(3);
  await expect(master.client.call.VolumeGrow({ writable_volume_count: 3 })).rejects.toThrow(
    'only 2 volumes left, not enough for 3',
  );
  await expect(master.client.call.VolumeGrow({ data_center: 'x' })).rejects.toThrow('data center x not exists');
  expect(await master.get('/vol/grow?count=1')).toMatchObject({ status: 200, json: { count: 1 } });
  expect(await master.get('/vol/grow?count=zwei')).toMatchObject({ status: 406 });
  expect(await master.get('/vol/grow?count=4')).toMatchObject({ status: 406 });
});

test('the topology over gRPC and HTTP', async () => {
  const server = await master.join({ dataCenter: 'dc1', rack: 'r1', maxVolumes: 10 });
  await master.client.call.VolumeGrow({ writable_volume_count: 2, collection: 'c' });
  await master.client.call.VolumeGrow({ writable_volume_count: 1 });
  const list = await master.client.call.VolumeList({});
  expect(list.volume_size_limit_mb).toBe('100');
  const node = list.topology_info?.data_center_infos[0]?.rack_infos[0]?.data_node_infos[0];
  expect(node).toMatchObject({ id: server.url, address: server.url, grpc_port: server.grpcPort });
  expect(node?.diskInfos['']).toMatchObject({ volume_count: '3', max_volume_count: '10', free_volume_count: '7' });
  expect(node?.diskInfos['']?.volume_infos.map(({ id }) => id)).toEqual([1, 2, 3]);
  const filtered = await master.client.call.VolumeList({ collection: 'c', volume_id: 2 });
  expect(
    filtered.topology_info?.data_center_infos[0]?.rack_infos[0]?.data_node_infos[0]?.diskInfos['']?.volume_infos,
  ).toHaveLength(1);
  const messages = [];
  for await (const message of master.client.call.VolumeListStream({})) messages.push(message);
  expect(messages[0]?.header?.topology_info?.data_center_infos).toHaveLength(1);
  expect(messages[1]).toMatchObject({ data_node: server.url, rack: 'r1' });
  expect(messages[1]?.volume_infos).toHaveLength(3);
  const { json } = await master.get('/dir/status');
  expect(json.Topology).toMatchObject({ Max: 10, Free: 7 });
  expect(json.Topology.DataCenters[0].Racks[0].DataNodes[0]).toMatchObject({ Volumes: 3, VolumeIds: '1-3' });
  expect((await master.get('/vol/status')).json.Volumes.DataCenters.dc1.r1[server.url]).toHaveLength(3);
});

test('collections are listed, counted and deleted everywhere', async () => {
  const servers = [await master.join(), await master.join()];
  await master.client.call.VolumeGrow({ writable_volume_count: 1, collection: 'gone', replication: '001' });
  await master.client.call.VolumeGrow({ writable_volume_count: 1, collection: 'kept' });
  for (const server of servers) {
    for (const [id, volume] of server.volumes) server.volumes.set(id, { ...volume, size: 1_000, file_count: 4 });
    await server.beat();
  }
  await master.until(
    async () => Number((await master.client.call.Statistics({ collection: 'gone' })).used_size) === 2_000,
  );
  expect(await master.client.call.Statistics({ collection: 'gone' })).toMatchObject({
    file_count: '4',
    logical_used_size: '1000',
  });
  const { collections } = await master.client.call.CollectionList({ include_normal_volumes: true });
  expect(collections.map(({ name }) => name)).toEqual(['gone', 'kept']);
  expect((await master.client.call.CollectionStatistics({})).collections[0]).toMatchObject({
    collection: 'gone',
    size: '1000',
    physical_size: '2000',
    volume_count: '2',
  });
  await master.client.call.CollectionDelete({ name: 'gone' });
  await master.client.call.CollectionDelete({ name: 'never was' });
  for (const server of servers) {
    expect([...server.volumes.values()].map(({ collection }) => collection)).not.toContain('gone');
  }
  expect((await master.get('/collection/info?collection=gone')).status).toBe(400);
  expect((await master.get('/collection/info?collection=kept')).json).toMatchObject({ VolumeCount: 1 });
  expect((await master.get('/col/delete')).status).toBe(400);
  expect((await master.get('/col/delete?collection=kept')).status).toBe(204);
});

test('the admin lock belongs to one holder, who renews and releases', async () => {
  const first = await master.client.call.LeaseAdminToken({ lock_name: 'shell', client_name: 'ann', message: 'busy' });
  await expect(master.client.call.LeaseAdminToken({ lock_name: 'shell', client_name: 'bob' })).rejects.toThrow(
    'already locked by ann: busy',
  );
  const renewed = await master.client.call.LeaseAdminToken({
    lock_name: 'shell',
    client_name: 'ann',
    previous_token: first.token,
    previous_lock_time: first.lock_ts_ns,
  });
  expect(await master.client.call.GetAdminLockStatus({ lock_name: 'shell' })).toMatchObject({
    is_locked: true,
    client_name: 'ann',
  });
  await master.client.call.ReleaseAdminToken({ lock_name: 'shell', previous_token: first.token });
  expect((await master.client.call.GetAdminLockStatus({ lock_name: 'shell' })).is_locked).toBe(true);
  await master.client.call.ReleaseAdminToken({
    lock_name: 'shell',
    previous_token: renewed.token,
    previous_lock_time: renewed.lock_ts_ns,
  });
  expect((await master.client.call.GetAdminLockStatus({ lock_name: 'shell' })).is_locked).toBe(false);
});

test('ping knows only the cluster; configuration and masters name this one', async () => {
  const server = await master.join();
  expect(await master.client.call.Ping({})).toMatchObject({ remote_time_ns: '0' });
  expect(await master.client.call.Ping({ target: server.url, target_type: 'volumeServer' })).toMatchObject({
    remote_time_ns: '7',
  });
  await expect(
    master.client.call.Ping({ target: '169.254.169.254:80', target_type: 'volumeServer' }),
  ).rejects.toMatchObject({ code: 'invalid-argument' });
  const leader = `127.0.0.1:${master.service.httpPort}.${master.service.grpcPort}`;
  expect(await master.client.call.GetMasterConfiguration({})).toMatchObject({ leader, volume_size_limit_m_b: 100 });
  const { cluster_servers } = await master.client.call.RaftListClusterServers({});
  expect(cluster_servers).toEqual([
    { id: leader, address: `127.0.0.1:${master.service.grpcPort}`, suffrage: 'Voter', isLeader: true },
  ]);
  expect((await master.get('/cluster/status')).json).toMatchObject({ IsLeader: true, Leader: leader });
});

test('read-only marks close a volume for writing ahead of the report', async () => {
  const server = await master.join({ maxVolumes: 1 });
  const { volumeId } = parseFileId((await master.client.call.Assign({ count: 1 })).fid);
  const port = Number(server.url.split(':')[1]);
  await master.client.call.VolumeMarkReadonly({ ip: '127.0.0.1', port, volume_id: volumeId, is_readonly: true });
  expect((await master.get('/dir/assign')).status).toBe(406);
  await master.client.call.VolumeMarkReadonly({ ip: '127.0.0.1', port, volume_id: volumeId, is_readonly: false });
  expect((await master.get('/dir/assign')).status).toBe(200);
});

test('health, redirects and unknown paths', async () => {
  const server = await master.join();
  for (const path of ['/healthz', '/readyz', '/cluster/healthz']) expect((await master.get(path)).status).toBe(200);
  expect((await master.get('/metrics')).text).toContain('needlestack_master_volume_servers{service="master"} 1');
  const { fid } = await master.client.call.Assign({ count: 1 });
  const redirect = await master.get(`/${fid}?width=3`);
  expect([redirect.status, redirect.headers.get('location')]).toEqual([308, `http://${server.url}/${fid}?width=3`]);
  expect((await master.get('/99,0112345678')).status).toBe(404);
  expect((await master.get('/nothing/here')).status).toBe(404);
  expect((await master.get('/submit')).status).toBe(405);
});

test('what is not built answers UNIMPLEMENTED and is listed', async () => {
  expect(master.service.unimplementedMethods.map((path) => path.split('/')[2])).toEqual([
    'RaftAddServer',
    'RaftRemoveServer',
    'RaftLeadershipTransfer',
  ]);
  await expect(master.client.call.RaftAddServer({})).rejects.toMatchObject({ code: 'unimplemented' });
});
