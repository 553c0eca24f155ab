import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { VolumeServiceOptions } from '../../src/index.ts';
import { FakeMaster } from '../support/fake-master.ts';
import { collect, textOf } from '../support/grpc-text.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

interface Watched extends TestService {
  /** Value of a metric on the page; undefined when it is not there. */
  readonly read: (metric: string) => Promise<number | undefined>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startWatched(options: Partial<VolumeServiceOptions> = {}, replication = '000'): Promise<Watched> {
  const port = await freePort();
  const service = await startTestService({ ...options, metricsListener: { host: '127.0.0.1', port } });
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3, replication });
  const read = async (metric: string): Promise<number | undefined> => {
    const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const line = page.split('\n').find((text) => text.startsWith(`SeaweedFS_volumeServer_${metric} `));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  return { ...service, read };
}

test('requests under way and the bytes they bring, whether there is a bound or not', async () => {
  const { url, read } = await startWatched();
  expect(await read('in_flight_upload_size')).toBe(0);
  const upload = request(`${url}/1,01aabbccdd`, { method: 'PUT', headers: { 'Content-Length': '1000' } });
  upload.write('half');
  while ((await read('in_flight_upload_size')) !== 1_000) await new Promise((resolve) => setImmediate(resolve));
  expect(await read('in_flight_requests{type="PUT"}')).toBe(1);
  upload.end('x'.repeat(996));
  while ((await read('in_flight_requests{type="PUT"}')) !== 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await read('in_flight_upload_size')).toBe(0);
  expect(await read('request_total{type="PUT",code="201"}')).toBe(1);
  expect((await send(url, 'GET', '/1,01aabbccdd')).status).toBe(200);
  expect(await read('in_flight_download_size')).toBe(0);
});

test('vacuums: how many succeeded, and how long they took', async () => {
  const { url, client, read } = await startWatched();
  await send(url, 'PUT', '/1,01aabbccdd', {}, 'data');
  await collect(client.call.VacuumVolumeCompact({ volume_id: 1 }));
  await client.call.VacuumVolumeCommit({ volume_id: 1 });
  expect(await textOf(client.call.VacuumVolumeCommit({ volume_id: 1 }))).toMatch(/was not compacted/);
  expect(await read('vacuuming_compact_count{success="true"}')).toBe(1);
  expect(await read('vacuuming_commit_count{success="true"}')).toBe(1);
  expect(await read('vacuuming_commit_count{success="false"}')).toBe(1);
  expect(await read('vacuuming_seconds_count{type="compact"}')).toBe(1);
  expect(await read('vacuuming_seconds_count{type="commit"}')).toBe(2);
});

test('failed reads and writes, replication that finds no holder to go to, scrubs, disks', async () => {
  const { url, client, path, read } = await startWatched();
  for (const target of ['/1,01aabbccdd', '/1,zz', '/9,01aabbccdd']) await send(url, 'GET', target);
  await send(url, 'PUT', '/1,zz', {}, 'data');
  expect(await read('file_read_failures')).toBe(2);
  expect(await read('file_read_invalid_needles')).toBe(1);
  expect(await read('file_write_failures')).toBe(1);
  expect(await read('handler_total{type="errorGetNotFound"}')).toBe(2);
  expect(await read('handler_total{type="emptyReadProxyLocaction"}')).toBe(1);
  const beforeSeconds = Math.floor(Date.now() / 1000);
  await client.call.ScrubVolume({ mode: 'FULL' });
  expect(await read('scrub_last_time_seconds{mode="FULL"}')).toBeGreaterThanOrEqual(beforeSeconds);
  expect(await read('scrub_volume_failures{mode="FULL"}')).toBe(0);
  expect(await read(`disk_error_status{name="${path}",type="error"}`)).toBe(0);
  expect(await read(`resource{name="${path}",type="avail"}`)).toBeGreaterThan(0);
});

/** Overwrites one byte so far behind the start of the data of a needle. */
async function damage(path: string, data: string, at: number, byte: number): Promise<void> {
  const file = await open(join(path, '1.dat'), 'r+');
  const dataAt = (await file.readFile()).indexOf(data);
  await file.write(Uint8Array.of(byte), 0, 1, dataAt + at);
  await file.close();
}

test('damaged records by what is wrong with them, and writes that this server could not do', async () => {
  const { url, client, path, read } = await startWatched();
  const files = ['first data', 'second data', 'third data', 'fourth data'];
  for (const [index, data] of files.entries()) {
    expect((await send(url, 'PUT', `/1,0${index + 1}aabbccdd`, {}, data)).status).toBe(201);
  }
  await damage(path, 'first data', 0, 0xff);
  await damage(path, 'second data', -8, 0x7f);
  await damage(path, 'third data', -4, 0x7f);
  await damage(path, 'fourth data', 'fourth data'.length + 1, 0xff);
  const statuses = [1, 2, 3, 4].map(async (id) => (await send(url, 'GET', `/1,0${id}aabbccdd`)).status);
  expect(await Promise.all(statuses)).toEqual([500, 500, 500, 200]);
  expect(await read('handler_total{type="errorCRC"}')).toBe(1);
  expect(await read('handler_total{type="errorSizeMismatchOffsetSize"}')).toBe(1);
  expect(await read('handler_total{type="errorIndexOutOfRange"}')).toBe(2);
  expect((await send(url, 'PUT', '/1,0411223344', {}, 'other cookie')).status).toBe(500);
  await client.call.VolumeMarkReadonly({ volume_id: 1 });
  expect((await send(url, 'PUT', '/1,05aabbccdd', {}, 'data')).status).toBe(500);
  expect((await send(url, 'PUT', '/9,05aabbccdd', {}, 'data')).status).toBe(404);
  expect(await read('handler_total{type="errorWriteToLocalDisk"}')).toBe(2);
});

test('shards are counted beside volumes, and rebuilds of theirs', async () => {
  const { client, url, read } = await startWatched();
  await send(url, 'PUT', '/1,01aabbccdd', {}, 'data');
  await client.call.VolumeEcShardsGenerate({ volume_id: 1 });
  await client.call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [0, 1, 2] });
  expect(await read('volumes{collection="",type="volume"}')).toBe(1);
  expect(await read('volumes{collection="",type="ec_shards"}')).toBe(3);
  expect(await read('total_disk_size{collection="",type="ec"}')).toBe(3 * 2 ** 20);
  await client.call.VolumeEcShardsRebuild({ volume_id: 1 });
  expect(await read('ec_rebuild_total{result="success"}')).toBe(1);
});

test('replication: to how many, how often it failed and why, and masters that went away', async () => {
  const master = await FakeMaster.start();
  const masters = [master.address];
  const { url, read } = await startWatched({ masters }, '001');
  const other = await startTestService({ masters });
  await other.client.call.AllocateVolume({ volume_id: 1, version: 3, replication: '001' });
  await master.until(() => master.holders(1).length === 2);
  expect((await send(url, 'PUT', '/1,01aabbccdd', {}, 'data')).status).toBe(201);
  expect(await read('replication_operations_total{operation="write",result="success"}')).toBe(1);
  expect(await read('replication_targets_count')).toBe(1);
  expect(await read('replication_seconds_count{operation="write"}')).toBe(1);
  await other.client.call.VolumeMarkReadonly({ volume_id: 1 });
  expect((await send(url, 'PUT', '/1,02aabbccdd', {}, 'data')).status).toBe(500);
  expect(await read('replication_operations_total{operation="write",result="failure"}')).toBe(1);
  expect(await read('replication_failures_total{operation="write",reason="server_error"}')).toBe(1);
  expect(await read('handler_total{type="errorWriteToReplicas"}')).toBe(1);
  await master.close();
  while ((await read(`master_disconnections{address="${master.address}"}`)) === undefined)
    await new Promise((resolve) => setImmediate(resolve));
});
