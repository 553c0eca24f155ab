/** A kill at every step in which shards are made, moved and removed leaves a volume that is read as before, and the operation can be repeated. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EC_STEPS, type EcStep } from '../../src/core/shards/ec-ports.ts';
import { ALL_SHARDS, allAnswer, readAll, sampleNeedles } from '../support/ec-volumes.ts';
import { MadeVolumes } from '../support/made-volumes.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';
import { tempDirectory } from '../support/test-volumes.ts';

const SCRIPT = fileURLToPath(new URL('../support/until-step.ts', import.meta.url));
const needles = sampleNeedles(1, [1, 5000, 1_200_000, 300, 900_000]);
const [deleted = ''] = needles.keys();
const live = new Map([...needles].filter(([fid]) => fid !== deleted));

const volumes = new MadeVolumes(needles);
const plainVolume = () => volumes.plain();
/** Only shards, one deletion in the journal, which the plain volume knows as well. */
const encodedVolume = () => volumes.encoded(deleted);
const damagedShards = async () => {
  const path = await encodedVolume();
  for (const shardId of ['00', '05', '12']) rmSync(join(path, `1.ec${shardId}`));
  return path;
};

async function runUntil(operation: string, step: EcStep, time: number, path: string, source = ''): Promise<string> {
  const child = spawn(process.execPath, [SCRIPT, operation, step, String(time), path, source], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code, signal] = await once(child, 'exit');
  return signal === 'SIGKILL' ? 'killed' : `ended with ${code}`;
}

function start(path: string): Promise<TestService> {
  return startTestService({ directories: [{ path, volumesMax: 20 }] });
}

function stagedFiles(path: string): string[] {
  return readdirSync(path).filter((file) => /\.(tmp|rebuilding|copying)$/.test(file));
}

const stepsOf = (operation: string): EcStep[] => EC_STEPS.filter((step) => step.startsWith(`${operation}:`));

for (const step of stepsOf('generate')) {
  test(`killed at "${step}"`, async () => {
    const path = await plainVolume();
    expect(await runUntil('generate', step, 1, path)).toBe('killed');
    const service = await start(path);
    expect(stagedFiles(path)).toEqual([]);
    expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
    await service.client.call.VolumeEcShardsGenerate({ volume_id: 1 });
    await service.client.call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [...ALL_SHARDS] });
    await service.client.call.VolumeUnmount({ volume_id: 1 });
    expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
  });
}

const rebuildSteps: readonly (readonly [EcStep, number])[] = [
  ...[...stepsOf('rebuild'), ...stepsOf('fold')].map((step) => [step, 1] as const),
  ['rebuild: shard in place', 2],
];

for (const [step, time] of rebuildSteps) {
  test(`killed at "${step}", time ${time}`, async () => {
    const path = await damagedShards();
    expect(await runUntil('rebuild', step, time, path)).toBe('killed');
    const service = await start(path);
    expect(stagedFiles(path)).toEqual([]);
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
    await service.client.call.VolumeEcShardsRebuild({ volume_id: 1 });
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
    expect(readdirSync(path).filter((file) => /\.ec\d\d$/.test(file))).toHaveLength(14);
  });
}

for (const step of [...stepsOf('decode'), ...stepsOf('fold')]) {
  test(`killed at "${step}" while a volume is put together`, async () => {
    const path = await encodedVolume();
    expect(await runUntil('decode', step, 1, path)).toBe('killed');
    const service = await start(path);
    expect(stagedFiles(path)).toEqual([]);
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
    await service.client.call.VolumeEcShardsToVolume({ volume_id: 1 });
    await service.client.call.VolumeMount({ volume_id: 1 });
    await service.client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [...ALL_SHARDS] });
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
  });
}

for (const step of stepsOf('copy')) {
  test(`killed at "${step}"`, async () => {
    const source = await start(await encodedVolume());
    const path = tempDirectory();
    const address = `127.0.0.1:${source.httpPort}.${source.grpcPort}`;
    expect(await runUntil('copy', step, 1, path, address)).toBe('killed');
    const again = await start(path);
    expect(stagedFiles(path)).toEqual([]);
    await again.close(0);
    expect(await runUntil('copy', 'delete: shards removed', 1, path, address)).toBe('ended with 0');
    const service = await start(path);
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
  });
}

for (const step of stepsOf('delete')) {
  test(`killed at "${step}"`, async () => {
    const path = await encodedVolume();
    expect(await runUntil('delete', step, 1, path)).toBe('killed');
    const service = await start(path);
    await service.client.call.VolumeEcShardsDelete({ volume_id: 1, shard_ids: [...ALL_SHARDS] });
    expect(readdirSync(path).filter((file) => file.startsWith('1.'))).toEqual([]);
  });
}

test('every named step is one at which something was killed', () => {
  const operations = ['generate', 'rebuild', 'fold', 'decode', 'copy', 'delete'];
  expect(operations.flatMap(stepsOf)).toHaveLength(EC_STEPS.length);
});
