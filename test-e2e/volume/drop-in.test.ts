import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, status } from '@grpc/grpc-js';
import { freePort } from '@needlestack/test-servers';
import { ReflectedServices } from '../docs/support/reflected-services.ts';
import { scratchFolder, startVolume, statusOf, until, type VolumeProcess } from './volume-process.ts';

const NEEDLE = '/1,01637037d6';

/** One unary call of the administrative interface; the answer as JSON. */
async function call(server: VolumeProcess, method: string, request: object): Promise<unknown> {
  const services = new ReflectedServices(server.grpcAddress, new Metadata(), 'v1');
  try {
    const { messages, status: outcome } = await services.call(`volume_server_pb.VolumeServer/${method}`, request);
    if (outcome.code !== status.OK) throw new Error(outcome.details);
    return messages[0];
  } finally {
    services.close();
  }
}

async function put(server: VolumeProcess, body: string): Promise<number> {
  const response = await fetch(server.url + NEEDLE, { method: 'PUT', body });
  await response.arrayBuffer();
  return response.status;
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'it starts without a master and stops on %s, with status 0',
  async (signal) => {
    const server = await startVolume([`-dir=${scratchFolder()}`, '-preStopSeconds=0']);
    await call(server, 'AllocateVolume', { volume_id: 1, version: 3 });
    expect(await put(server, 'hello')).toBe(201);
    expect(await server.end(signal)).toBe(0);
  },
);

test('before it stops it goes on serving for preStopSeconds, and says that it is not healthy', async () => {
  const server = await startVolume([`-dir=${scratchFolder()}`, '-preStopSeconds=3600']);
  await call(server, 'AllocateVolume', { volume_id: 1, version: 3 });
  await put(server, 'hello');
  const ended = server.end('SIGTERM');
  await until(async () => (await statusOf(`${server.url}/healthz`)) === 503);
  expect(await statusOf(server.url + NEEDLE)).toBe(200);
  await server.end('SIGKILL');
  await ended;
  const hasty = await startVolume([`-dir=${scratchFolder()}`, '-preStopSeconds=1']);
  expect(await hasty.end('SIGTERM')).toBe(0);
});

test('maintenance mode is kept over a restart', async () => {
  const folder = scratchFolder();
  const first = await startVolume([`-dir=${folder}`]);
  await call(first, 'SetState', { state: { maintenance: true, version: 0 } });
  await expect(call(first, 'AllocateVolume', { volume_id: 1, version: 3 })).rejects.toThrow(/in maintenance mode/);
  await first.end('SIGTERM');
  const second = await startVolume([`-dir=${folder}`]);
  expect(await call(second, 'GetState', {})).toMatchObject({ state: { maintenance: true, version: 1 } });
});

test('global flags stand before the verb: the security file is found there, read again on SIGHUP, and the log goes to its directory', async () => {
  const folder = scratchFolder();
  const file = join(folder, 'security.toml');
  writeFileSync(file, '[jwt.signing]\nkey = "a secret"\n');
  const server = await startVolume(
    [`-dir=${folder}/data`],
    [`-config_dir=${folder}`, '-logdir', `${folder}/logs`, '-v=1'],
  );
  await call(server, 'AllocateVolume', { volume_id: 1, version: 3 });
  expect(await put(server, 'x')).toBe(401);
  writeFileSync(file, '');
  server.child.kill('SIGHUP');
  await until(async () => (await put(server, 'x')) === 201);
  writeFileSync(file, 'this is [no TOML');
  server.child.kill('SIGHUP');
  await until(() => readFileSync(join(folder, 'logs/volume.log'), 'utf8').includes('stay as they were'));
  expect(await put(server, 'x')).toBe(204);
  expect(server.log()).toBe('');
});

test('metrics have a port of their own, with the names of SeaweedFS beside ours, and no other page', async () => {
  const metricsPort = await freePort();
  const server = await startVolume([`-dir=${scratchFolder()}`, `-metricsPort=${metricsPort}`]);
  await call(server, 'AllocateVolume', { volume_id: 1, version: 3, collection: 'photos' });
  await put(server, 'hello');
  const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  for (const line of [
    'SeaweedFS_volumeServer_volumes{collection="photos",type="volume"} 1',
    'SeaweedFS_volumeServer_request_total{type="PUT",code="201"} 1',
    'SeaweedFS_volumeServer_max_volumes 8',
    'needlestack_volume_volumes{service="volume"} 1',
  ]) {
    expect(page).toContain(line);
  }
  expect(page).toMatch(/^SeaweedFS_build_info\{version="[^"]+"/m);
  expect(await statusOf(`http://127.0.0.1:${metricsPort}/status`)).toBe(404);
  expect(await statusOf(`${server.url}/metrics`)).toBe(400);
  expect(await statusOf(`${server.url}/debug/pprof/`)).toBe(400);
});

test('profiles are written at the end when asked for, and shown to this machine with -debug', async () => {
  const folder = scratchFolder();
  const debugPort = await freePort();
  const profiles = [`-cpuprofile=${folder}/run.cpuprofile`, `-memprofile=${folder}/run.heapprofile`];
  const server = await startVolume([`-dir=${folder}/data`, ...profiles, '-debug', `-debug.port=${debugPort}`]);
  const shown = await fetch(`http://127.0.0.1:${debugPort}/debug/pprof/profile?seconds=0`);
  expect(await shown.json()).toHaveProperty('nodes');
  expect(await server.end('SIGTERM')).toBe(0);
  expect(JSON.parse(readFileSync(`${folder}/run.cpuprofile`, 'utf8'))).toHaveProperty('nodes');
  expect(JSON.parse(readFileSync(`${folder}/run.heapprofile`, 'utf8'))).toHaveProperty('head');
});

test('several directories, an index directory of its own, and volumes put there while it runs', async () => {
  const folder = scratchFolder();
  const flags = [`-dir=${folder}/a,${folder}/b`, '-max=1,2', '-disk=hdd,ssd', `-dir.idx=${folder}/i`];
  const server = await startVolume(flags);
  await call(server, 'AllocateVolume', { volume_id: 1, version: 3 });
  await expect(call(server, 'AllocateVolume', { volume_id: 2, version: 3 })).rejects.toThrow(/No more free space/);
  await call(server, 'AllocateVolume', { volume_id: 3, version: 3, disk_type: 'ssd' });
  expect(['a/1.dat', 'i/1.idx', 'b/3.dat', 'i/3.idx'].filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  await call(server, 'VolumeUnmount', { volume_id: 3 });
  server.child.kill('SIGHUP');
  await until(
    async () => ((await (await fetch(`${server.url}/status`)).json()) as { Volumes: unknown[] }).Volumes.length === 2,
  );
});
