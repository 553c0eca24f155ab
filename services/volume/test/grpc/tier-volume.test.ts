import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { decodeVolumeInfo } from '@needlestack/needle-format';
import { refuse, ScriptedStore } from '@needlestack/object-storage/testing';
import { coldBackend } from '../support/cold-backend.ts';
import { FakeMaster } from '../support/fake-master.ts';
import { collect, textOf } from '../support/grpc-text.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

let remote: ScriptedStore;

beforeEach(async () => {
  remote = await ScriptedStore.start();
});

afterEach(() => remote.close());

const backend = () => coldBackend(remote.endpoint);

const TO_COLD = { volume_id: 1, collection: 'c', destination_backend_name: 's3.cold' };

async function startWithData(data = randomBytes(100_000)): Promise<TestService> {
  const service = await startTestService({ storageBackends: [backend()] });
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3, collection: 'c' });
  await put(service, '0100000001', data);
  await put(service, '0200000001', Buffer.from('two'));
  await put(service, '0300000001', Buffer.from('three'));
  return service;
}

async function put(service: TestService, fid: string, body: Buffer): Promise<void> {
  expect((await send(service.url, 'PUT', `/1,${fid}`, {}, body)).status).toBe(201);
}

async function get(service: TestService, fid: string): Promise<string> {
  const { status, body } = await send(service.url, 'GET', `/1,${fid}`);
  return status === 200 ? body.toString() : String(status);
}

const infoOf = ({ path }: TestService) => decodeVolumeInfo(readFileSync(`${path}/c_1.vif`, 'utf8'));

test('there and back: read by ranges meanwhile, deleted from, and writable again', async () => {
  const data = randomBytes(100_000);
  const service = await startWithData(data);
  const { call } = service.client;
  const before = readFileSync(`${service.path}/c_1.dat`);
  const { mtimeMs } = statSync(`${service.path}/c_1.dat`);
  await collect(call.VolumeTierMoveDatToRemote(TO_COLD));
  expect(existsSync(`${service.path}/c_1.dat`)).toBe(false);
  const [file] = infoOf(service).files;
  expect(file).toMatchObject({
    backendType: 's3',
    backendId: 'cold',
    extension: '.dat',
    fileSize: BigInt(before.length),
  });
  expect(Buffer.compare(remote.objects.get(file?.key ?? '') ?? Buffer.alloc(0), before)).toBe(0);
  const asked = remote.seen.length;
  expect(Buffer.compare((await send(service.url, 'GET', '/1,0100000001')).body, data)).toBe(0);
  expect(remote.seen.length - asked).toBe(1);
  expect(await collect(call.VolumeTierMoveDatToRemote(TO_COLD))).toEqual([]);
  expect(await call.VolumeStatus({ volume_id: 1 })).toMatchObject({ is_read_only: true });
  expect((await send(service.url, 'PUT', '/1,0400000001', {}, 'x')).body.toString()).toMatch(/volume 1 is read only/);
  expect((await send(service.url, 'DELETE', '/1,0200000001')).status).toBe(202);
  expect([await get(service, '0200000001'), await get(service, '0300000001')]).toEqual(['404', 'three']);
  const row = readFileSync(`${service.path}/c_1.idx`).subarray(-16);
  expect([row.readUInt32BE(8), row.readInt32BE(12)]).toEqual([0, -1]);
  expect(await call.ScrubVolume({ mode: 'FULL' })).toMatchObject({ broken_volume_ids: [], total_files: '4' });

  await collect(call.VolumeTierMoveDatFromRemote({ volume_id: 1, collection: 'c' }));
  expect(remote.objects.size).toBe(0);
  expect(infoOf(service).files).toEqual([]);
  expect(Math.floor(statSync(`${service.path}/c_1.dat`).mtimeMs / 1000)).toBe(Math.floor(mtimeMs / 1000));
  await put(service, '0400000001', Buffer.from('four'));
  expect([await get(service, '0200000001'), await get(service, '0400000001')]).toEqual(['404', 'four']);
});

test('a start finds such a volume, by its own configuration or by what a master knows', async () => {
  const first = await startWithData();
  await collect(first.client.call.VolumeTierMoveDatToRemote(TO_COLD));
  await send(first.url, 'DELETE', '/1,0200000001');
  await first.close();
  const directories = [{ path: first.path, volumesMax: 20 }];
  const second = await startTestService({ directories, storageBackends: [backend()] });
  expect([await get(second, '0200000001'), await get(second, '0300000001')]).toEqual(['404', 'three']);
  await second.close();
  const master = await FakeMaster.start();
  try {
    const third = await startTestService({ directories, masters: [master.address] });
    expect(await get(third, '0300000001')).toBe('404');
    await third.close();
    master.storageBackends = [backend()];
    const fourth = await startTestService({ directories, masters: [master.address], pulseMs: 100 });
    await master.until(() => master.holders(1).length === 1);
    expect(await get(fourth, '0300000001')).toBe('three');
    await master.until(() => master.beats.some(({ volumes }) => volumes[0]?.remote_storage_name === 's3.cold'));
  } finally {
    await master.close();
  }
});

test('a copy of such a volume takes the index alone; deleting it takes the object along, unless told not to', async () => {
  const source = await startWithData();
  await collect(source.client.call.VolumeTierMoveDatToRemote(TO_COLD));
  const target = await startTestService({ storageBackends: [backend()] });
  const source_data_node = `127.0.0.1:${source.httpPort}.${source.grpcPort}`;
  await collect(target.client.call.VolumeCopy({ volume_id: 1, source_data_node }));
  expect(await get(target, '0300000001')).toBe('three');
  expect(existsSync(`${target.path}/c_1.dat`)).toBe(false);
  await target.client.call.VolumeDelete({ volume_id: 1, keep_remote_data: true });
  expect(await get(source, '0300000001')).toBe('three');
  await source.client.call.VolumeDelete({ volume_id: 1 });
  expect(remote.objects.size).toBe(0);
});

/** The store takes the object and then nothing any more, so that neither the move nor its clearing away gets any further. */
async function interruptMove(service: TestService): Promise<void> {
  remote.script = ({ method }, response) => {
    if (method === 'PUT') return false;
    refuse(response, 403, 'AccessDenied');
    return true;
  };
  expect(await textOf(collect(service.client.call.VolumeTierMoveDatToRemote(TO_COLD)))).toMatch(/^unavailable: /);
  expect(remote.objects.size).toBe(1);
  expect(readdirSync(service.path)).toContain('c_1.moving');
}

const filesOf = ({ path }: TestService) => readdirSync(path).filter((file) => file.startsWith('c_1'));

test('a volume with the note of a move is deleted once what the move has left is', async () => {
  const service = await startWithData();
  const { call } = service.client;
  await interruptMove(service);
  expect(await textOf(call.VolumeDelete({ volume_id: 1 }))).toMatch(/^unavailable: /);
  expect(await get(service, '0300000001')).toBe('three');
  expect(filesOf(service)).toContain('c_1.moving');
  remote.script = () => false;
  expect(await textOf(call.VolumeDelete({ volume_id: 1, only_empty: true }))).toMatch(/volume not empty/);
  expect(await get(service, '0300000001')).toBe('three');
  await call.VolumeDelete({ volume_id: 1 });
  expect([filesOf(service), remote.objects.size]).toEqual([[], 0]);
});

test('a volume with the note of a move is deleted at once when what lies there is to be kept', async () => {
  const service = await startWithData();
  await interruptMove(service);
  await service.client.call.VolumeDelete({ volume_id: 1, keep_remote_data: true });
  expect([filesOf(service), remote.objects.size]).toEqual([[], 1]);
});

test('a collection takes its objects along, and what moves of its volumes have left', async () => {
  const moved = await startWithData();
  await collect(moved.client.call.VolumeTierMoveDatToRemote(TO_COLD));
  await moved.client.call.DeleteCollection({ collection: 'c' });
  expect([filesOf(moved), remote.objects.size]).toEqual([[], 0]);
  const service = await startWithData();
  await interruptMove(service);
  remote.script = () => false;
  await service.client.call.DeleteCollection({ collection: 'c' });
  expect([filesOf(service), remote.objects.size]).toEqual([[], 0]);
});

test('a move that fails changes nothing: the volume is written to as before and nothing is left over there', async () => {
  const service = await startWithData();
  const { call } = service.client;
  remote.script = ({ method }, response) => {
    if (method !== 'PUT') return false;
    refuse(response, 403, 'AccessDenied');
    return true;
  };
  expect(await textOf(collect(call.VolumeTierMoveDatToRemote(TO_COLD)))).toMatch(
    /^unavailable: storage s3.cold cannot store .*AccessDenied/,
  );
  await put(service, '0400000001', Buffer.from('goes on'));
  remote.script = () => false;
  await collect(call.VolumeTierMoveDatToRemote({ ...TO_COLD, keep_local_dat_file: true }));
  expect(existsSync(`${service.path}/c_1.dat`)).toBe(true);
  remote.objects.clear();
  const back = collect(call.VolumeTierMoveDatFromRemote({ volume_id: 1, collection: 'c' }));
  expect(await textOf(back)).toMatch(/^unavailable: storage s3.cold cannot fetch/);
  expect(existsSync(`${service.path}/c_1.dat.copying`)).toBe(false);
});

test('what is refused, in the words that clients look for', async () => {
  const service = await startWithData();
  const { call } = service.client;
  const there = (extra: object) => textOf(collect(call.VolumeTierMoveDatToRemote({ ...TO_COLD, ...extra })));
  const back = (extra: object) =>
    textOf(collect(call.VolumeTierMoveDatFromRemote({ volume_id: 1, collection: 'c', ...extra })));
  expect(await there({ volume_id: 9 })).toBe('unknown: volume 9 not found');
  expect(await there({ collection: 'd' })).toBe('unknown: existing collection:c unexpected input: d');
  expect(await there({ destination_backend_name: 'dummy' })).toBe(
    'unknown: destination dummy not found, supported: [s3.cold]',
  );
  expect(await back({ volume_id: 9 })).toBe('unknown: volume 9 not found');
  expect(await back({ collection: 'd' })).toBe('unknown: existing collection:c unexpected input: d');
  expect(await back({})).toBe('unknown: volume 1 is already on local disk');
  await call.SetState({ state: { maintenance: true, version: 0 } });
  expect(await there({})).toMatch(/is in maintenance mode/);
});
