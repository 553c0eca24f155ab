import { existsSync, readFileSync } from 'node:fs';
import { FakeMaster } from '../support/fake-master.ts';
import { formOf, send } from '../support/raw-http.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const FID = '/1,0123456789';
const ID = { volumeId: 1, needleKey: 1n, cookie: 0x23456789 };

let master: FakeMaster;

beforeEach(async () => {
  master = await FakeMaster.start();
});

afterEach(() => master.close());

/** Two servers that both hold volume 1, known to the master. */
async function startPair(): Promise<readonly [TestService, TestService]> {
  const first = await startTestService({ masters: [master.address] });
  const second = await startTestService({ masters: [master.address] });
  for (const { client } of [first, second]) {
    await client.call.AllocateVolume({ volume_id: 1, version: 3, replication: '001' });
  }
  await master.until(() => master.holders(1).length === 2);
  return [first, second];
}

test('the first beat tells everything; volumes that come and go are told at once', async () => {
  const service = await startTestService({ masters: [master.address], dataCenter: 'dc1', rack: 'r2', pulseMs: 60_000 });
  await master.until(() => master.beats.length === 1);
  expect(master.beats[0]).toMatchObject({
    ip: '127.0.0.1',
    port: service.httpPort,
    grpc_port: service.grpcPort,
    data_center: 'dc1',
    rack: 'r2',
    has_no_volumes: true,
    max_volume_counts: { '': 20 },
    location_uuids: [readFileSync(`${service.path}/vol_dir.uuid`, 'utf8')],
  });
  await service.client.call.AllocateVolume({
    volume_id: 7,
    version: 3,
    collection: 'c',
    replication: '010',
    ttl: '5d',
  });
  await master.until(() => master.holders(7).length === 1);
  expect(master.beats.at(-1)?.new_volumes).toMatchObject([
    { id: 7, collection: 'c', replica_placement: 10, version: 3, ttl: 0x503 },
  ]);
  await service.client.call.VolumeMarkReadonly({ volume_id: 7 });
  await master.until(() => master.beats.at(-1)?.volumes[0]?.read_only === true);
  await service.client.call.VolumeDelete({ volume_id: 7 });
  await master.until(() => master.holders(7).length === 0);
  expect(service.readiness.reasons()).toEqual([]);
});

test('its master is pinged under the address of its gRPC or of its HTTP', async () => {
  const [host, port] = master.address.split(':');
  const http = `${host}:${Number(port) - 10_000}`;
  const { client } = await startTestService({ masters: [master.address] });
  for (const target of [master.address, http, `${http}.${port}`]) {
    expect(await client.call.Ping({ target, target_type: 'master' })).toMatchObject({ remote_time_ns: '1' });
  }
  const stranger = client.call.Ping({ target: `${host}:1`, target_type: 'master' });
  await expect(stranger).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('a lost master is found again, and told everything again', async () => {
  const service = await startTestService({ masters: [master.address], pulseMs: 60_000 });
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  await master.until(() => master.holders(1).length === 1);
  const before = master.beats.length;
  master.dropStreams();
  await master.until(() => master.beats.length > before);
  expect(master.beats.at(-1)?.volumes).toMatchObject([{ id: 1 }]);
});

test('a server follows the leader that a master names', async () => {
  const leader = await FakeMaster.start();
  try {
    const [host, port] = leader.address.split(':');
    master.firstAnswer = { volume_size_limit: 1, leader: `${host}:1.${port}` };
    await startTestService({ masters: [master.address] });
    await leader.until(() => leader.beats.length > 0);
  } finally {
    await leader.close();
  }
});

test('a write or deletion at one holder reaches the other, with all that belongs to the needle', async () => {
  const [first, second] = await startPair();
  const { headers, body } = formOf('a line of text\n'.repeat(100), 'grüße.txt', 'Content-Type: text/plain\r\n');
  const post = await send(
    first.url,
    'POST',
    `${FID}?ts=1700000000&ttl=5d`,
    { ...headers, 'Seaweed-Owner': 'me' },
    body,
  );
  expect(post.status).toBe(201);
  const [here, there] = await Promise.all([first, second].map(({ url }) => send(url, 'GET', FID)));
  expect(there?.body.toString()).toBe(here?.body.toString());
  for (const name of ['content-type', 'content-disposition', 'last-modified', 'etag', 'owner']) {
    expect({ name, value: there?.headers[name] }).toEqual({ name, value: here?.headers[name] });
  }
  expect((await send(second.url, 'DELETE', FID)).status).toBe(202);
  expect((await send(first.url, 'GET', FID)).status).toBe(404);
});

test('the data plane replicates too, and deletes everywhere', async () => {
  const [first, second] = await startPair();
  const data = Buffer.alloc(5000, 'abc');
  const { crc32c } = await first.dataPlane.writeNeedle({ ...ID, data, lastModifiedSeconds: 1 });
  expect(Buffer.compare(await second.dataPlane.readNeedle({ ...ID, expectedCrc32c: crc32c }), data)).toBe(0);
  expect(await second.dataPlane.deleteNeedles([ID])).toBe(1);
  await expect(first.dataPlane.readNeedle(ID)).rejects.toMatchObject({ code: 'needle-not-found' });
});

test('when a replica fails the write fails, and no copy of it stays behind', async () => {
  const [first, second] = await startPair();
  await second.client.call.VolumeMarkReadonly({ volume_id: 1 });
  const answer = await send(first.url, 'PUT', FID, {}, 'x');
  expect(answer.status).toBe(500);
  expect(answer.body.toString()).toMatch(/failed to write to replicas for volume 1/);
  expect((await send(first.url, 'GET', FID)).status).toBe(404);
  await expect(
    first.dataPlane.writeNeedle({ ...ID, data: Buffer.from('y'), lastModifiedSeconds: 1 }),
  ).rejects.toMatchObject({ code: 'replication-failed' });
  await expect(first.dataPlane.readNeedle(ID)).rejects.toMatchObject({ code: 'needle-not-found' });
});

test('with fewer holders than copies nothing is written at all', async () => {
  const service = await startTestService({ masters: [master.address] });
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3, replication: '001' });
  await master.until(() => master.holders(1).length === 1);
  const answer = await send(service.url, 'PUT', FID, {}, 'x');
  expect({ status: answer.status, body: answer.body.toString() }).toEqual({
    status: 500,
    body: '{"error":"replicating operations [1] is less than volume 1 replication copy count [2]"}',
  });
  expect((await send(service.url, 'GET', FID)).status).toBe(404);
  expect(existsSync(`${service.path}/1.dat`)).toBe(true);
});
