/** A kill at every step of a move to another store and back, and a store that fails in the middle: the same bytes, nothing left, and the move can be repeated. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuse, type Script, ScriptedStore } from '@needlestack/object-storage/testing';
import { RpcError } from '@needlestack/rpc';
import { TIER_STEPS, type TierStep } from '../../src/core/tiering/tier-volume.ts';
import { coldBackend } from '../support/cold-backend.ts';
import { allAnswer, readAll, sampleNeedles, upload } from '../support/ec-volumes.ts';
import { collect, textOf } from '../support/grpc-text.ts';
import { copyOfVolumes, MadeVolumes } from '../support/made-volumes.ts';
import { until } from '../support/replicas.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const SCRIPT = fileURLToPath(new URL('../support/until-step.ts', import.meta.url));
const LOCAL = ['1.dat', '1.idx', '1.vif'];
const REMOTE = ['1.idx', '1.vif'];
const needles = sampleNeedles(1, [1, 5000, 300_000, 0, 70_000]);
let remote: ScriptedStore;
let away: { readonly path: string; readonly objects: ReadonlyMap<string, Buffer> } | undefined;

beforeEach(async () => {
  remote = await ScriptedStore.start();
});
afterEach(() => remote.close());

function start(path: string): Promise<TestService> {
  const directories = [{ path, volumesMax: 20 }];
  return startTestService({ directories, storageBackends: [coldBackend(remote.endpoint)] });
}

/** What a start clears away holds the volume for a moment longer than it shows in files; clients are told to come again then. */
async function whenFree<T>(call: () => AsyncIterable<T>): Promise<T[]> {
  for (;;) {
    try {
      return await collect(call());
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'resource-exhausted') throw error;
    }
  }
}

const thereOf = ({ client }: TestService) =>
  whenFree(() => client.call.VolumeTierMoveDatToRemote({ volume_id: 1, destination_backend_name: 's3.cold' }));
const backOf = ({ client }: TestService) => whenFree(() => client.call.VolumeTierMoveDatFromRemote({ volume_id: 1 }));

const volumes = new MadeVolumes(needles);
/** A copy of a volume that lies here. */
const localVolume = () => volumes.plain();

/** A copy of one whose data is on the store. */
async function remoteVolume(): Promise<string> {
  if (away === undefined) {
    const service = await start(await localVolume());
    await thereOf(service);
    await service.close(0);
    away = { path: service.path, objects: new Map(remote.objects) };
  }
  for (const [key, bytes] of away.objects) remote.objects.set(key, bytes);
  return copyOfVolumes(away.path);
}

async function kill(operation: string, step: TierStep, path: string): Promise<void> {
  const child = spawn(process.execPath, [SCRIPT, operation, step, '1', path, remote.endpoint], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}

const filesOf = (path: string): string[] =>
  readdirSync(path)
    .filter((file) => file.startsWith('1.'))
    .sort();

/** Files here, objects and unfinished uploads there. */
const stateOf = ({ path }: TestService) => ({
  files: filesOf(path),
  objects: remote.objects.size,
  uploads: remote.uploads.size,
});
const HERE = { files: LOCAL, objects: 0, uploads: 0 };
const THERE = { files: REMOTE, objects: 1, uploads: 0 };

/** What a start clears away is gone a little later. */
async function expectSettled(service: TestService, wanted: typeof HERE): Promise<void> {
  await until(async () => JSON.stringify(stateOf(service)) === JSON.stringify(wanted)).catch(() => undefined);
  expect(stateOf(service)).toEqual(wanted);
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
}

const stepsOf = (operation: string): TierStep[] => TIER_STEPS.filter((step) => step.startsWith(`${operation}:`));
const indexOf = (step: TierStep): number => TIER_STEPS.indexOf(step);

test.each(stepsOf('there'))('killed at "%s"', async (step) => {
  const path = await localVolume();
  const data = readFileSync(join(path, '1.dat'));
  await kill('there', step, path);
  const service = await start(path);
  const isThere = indexOf(step) >= indexOf('there: info names the object');
  await expectSettled(service, isThere ? THERE : HERE);
  await thereOf(service);
  await expectSettled(service, THERE);
  expect([...remote.objects.values()]).toEqual([data]);
});

test.each(stepsOf('back'))('killed at "%s"', async (step) => {
  const path = await remoteVolume();
  const [data] = remote.objects.values();
  await kill('back', step, path);
  const service = await start(path);
  const isHere = indexOf(step) >= indexOf('back: info names no object');
  await expectSettled(service, isHere ? HERE : THERE);
  if (!isHere) await backOf(service);
  await expectSettled(service, HERE);
  expect(readFileSync(join(path, '1.dat'))).toEqual(data);
  await upload(service.url, new Map([['1,ff0000abcd', Buffer.from('written again')]]));
});

test('a store that cannot be reached after a kill is cleared when the volume moves again', async () => {
  const path = await localVolume();
  await kill('there', 'there: uploaded', path);
  remote.script = (_, response) => answer(response, 403);
  const service = await start(path);
  await until(async () => remote.seen.some(({ method }) => method === 'DELETE'));
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
  expect(stateOf(service)).toEqual({ files: ['1.dat', '1.idx', '1.moving', '1.vif'], objects: 1, uploads: 0 });
  remote.script = () => false;
  await thereOf(service);
  await expectSettled(service, THERE);
});

test('local data that was to be kept is kept, over a kill too', async () => {
  const service = await start(await localVolume());
  const kept = { volume_id: 1, destination_backend_name: 's3.cold', keep_local_dat_file: true };
  await collect(service.client.call.VolumeTierMoveDatToRemote(kept));
  await service.close(0);
  await kill('back', 'back: data in place', service.path);
  await expectSettled(await start(service.path), { files: LOCAL, objects: 1, uploads: 0 });
});

function answer(response: Parameters<Script>[1], status: number): boolean {
  refuse(response, status, 'AccessDenied');
  return true;
}

const failures: readonly { readonly what: string; readonly script: Script }[] = [
  { what: 'refuses the upload', script: ({ method }, response) => method === 'PUT' && answer(response, 403) },
  {
    what: 'says that it has not what it took',
    script: ({ method }, response) => method === 'HEAD' && answer(response, 404),
  },
  { what: 'lets nothing be read', script: ({ method }, response) => method === 'GET' && answer(response, 403) },
];

test.each(failures)('a store that $what: the volume is written to as before', async ({ script }) => {
  const service = await start(await localVolume());
  remote.script = script;
  expect(await textOf(thereOf(service))).not.toBe('ok');
  await expectSettled(service, HERE);
  const further = new Map([['1,fe0000abcd', Buffer.from('goes on')]]);
  await upload(service.url, further);
  remote.script = () => false;
  await thereOf(service);
  await expectSettled(service, THERE);
  expect(await readAll(service.url, further)).toEqual(allAnswer(further, 200));
});

test('a store that gives up in the middle of a download: the data stays there', async () => {
  const service = await start(await remoteVolume());
  const [data = Buffer.alloc(0)] = remote.objects.values();
  remote.script = ({ method, headers }, response) => {
    if (method !== 'GET' || /^bytes=(?!0-)/.test(headers.range ?? '')) return method === 'GET' && answer(response, 403);
    response.writeHead(200, { 'content-length': data.length, etag: '"e"' });
    response.write(data.subarray(0, 50_000), () => response.destroy());
    return true;
  };
  expect(await textOf(backOf(service))).toMatch(/^unavailable|^unknown/);
  remote.script = () => false;
  await expectSettled(service, THERE);
  await backOf(service);
  await expectSettled(service, HERE);
});

test('a store that does not remove: the data is here, and the next start removes the object', async () => {
  const service = await start(await remoteVolume());
  remote.script = ({ method }, response) => method === 'DELETE' && answer(response, 403);
  expect(await textOf(backOf(service))).toMatch(/^unavailable: storage s3.cold cannot delete/);
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
  await service.close(0);
  remote.script = () => false;
  await expectSettled(await start(service.path), HERE);
});
