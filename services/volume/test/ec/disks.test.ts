/** Shards over several disks, and what a start makes of what it finds. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_SHARDS, allAnswer, encodeOnly, readAll, sampleNeedles, upload } from '../support/ec-volumes.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';
import { tempDirectory } from '../support/test-volumes.ts';

const needles = sampleNeedles(1, [1, 5000, 1_200_000, 300, 900_000]);

const startOver = (...paths: readonly string[]): Promise<TestService> =>
  startTestService({ directories: paths.map((path) => ({ path, volumesMax: 20 })) });

async function plainVolume(ratio?: { dataShards: number; parityShards: number }): Promise<TestService> {
  const service = await startTestService();
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  await upload(service.url, needles);
  if (ratio !== undefined) {
    const path = join(service.path, '1.vif');
    const vif = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...vif, ecShardConfig: { ...ratio, encodeTsNs: '0' } }));
  }
  return service;
}

/** The directory of a server that is stopped, with the shards of volume 1 and nothing else of it. */
async function shardsOnly(): Promise<string> {
  const service = await plainVolume();
  await encodeOnly(service, 1);
  await service.close(0);
  return service.path;
}

const shardName = (shardId: number): string => `1.ec${String(shardId).padStart(2, '0')}`;
const moveShards = (from: string, to: string, shardIds: readonly number[]): void => {
  for (const shardId of shardIds) renameSync(join(from, shardName(shardId)), join(to, shardName(shardId)));
};
const mountedShards = async ({ client }: TestService): Promise<number[]> =>
  (await client.call.VolumeEcShardsInfo({ volume_id: 1 })).ec_shard_infos.map(({ shard_id }) => shard_id);

test('shards whose index lies on another disk are mounted, and get an index of their own', async () => {
  const [first, second] = [await shardsOnly(), tempDirectory()];
  moveShards(first, second, [0, 1, 2, 3, 4, 5, 6]);
  const service = await startOver(first, second);
  expect(await mountedShards(service)).toEqual([...ALL_SHARDS]);
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
  expect(existsSync(join(second, '1.ecx'))).toBe(true);
  const [fid = ''] = needles.keys();
  expect((await fetch(`${service.url}/${fid}`, { method: 'DELETE' })).status).toBe(202);
  for (const path of [first, second]) expect(readFileSync(join(path, '1.ecj'))).toHaveLength(8);
  await service.close(0);
  // Either disk knows of the deletion by itself.
  const alone = await startOver(second);
  expect(await mountedShards(alone)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect((await fetch(`${alone.url}/${fid}`)).status).toBe(404);
});

test('too few shards go when the very volume that was encoded is whole on another disk', async () => {
  const service = await plainVolume();
  await service.client.call.VolumeEcShardsGenerate({ volume_id: 1 });
  await service.close(0);
  const [first, second] = [service.path, tempDirectory()];
  for (const file of readdirSync(first)) {
    if (!/^1\.(ec|vif)/.test(file)) continue;
    cpSync(join(first, file), join(second, file));
    if (file !== '1.vif') rmSync(join(first, file));
  }
  for (const shardId of ALL_SHARDS.slice(5)) rmSync(join(second, shardName(shardId)));
  const again = await startOver(first, second);
  await expect(mountedShards(again)).rejects.toThrow('not found');
  expect(readdirSync(second).filter((file) => file.startsWith('1.ec'))).toEqual([]);
  expect(await readAll(again.url, needles)).toEqual(allAnswer(needles, 200));
});

test('too few shards stay when the volume on another disk is not the one that was encoded', async () => {
  const service = await plainVolume();
  await service.client.call.VolumeEcShardsGenerate({ volume_id: 1 });
  await upload(service.url, new Map([['1,ff0000abcd', Buffer.from('written later')]]));
  await service.close(0);
  const [first, second] = [service.path, tempDirectory()];
  for (const file of readdirSync(first)) {
    if (/^1\.(ec|vif)/.test(file)) cpSync(join(first, file), join(second, file));
    if (/^1\.ec/.test(file)) rmSync(join(first, file));
  }
  for (const shardId of ALL_SHARDS.slice(5)) rmSync(join(second, shardName(shardId)));
  expect(await mountedShards(await startOver(first, second))).toEqual([0, 1, 2, 3, 4]);
});

test('what an interrupted encoding left beside its volume goes', async () => {
  const service = await plainVolume();
  await service.client.call.VolumeEcShardsGenerate({ volume_id: 1 });
  await service.close(0);
  rmSync(join(service.path, '1.ecx'));
  writeFileSync(join(service.path, '1.ec00.tmp'), 'half a shard');
  writeFileSync(join(service.path, 'notes.tmp'), 'of another program');
  const again = await startOver(service.path);
  expect(readdirSync(service.path).filter((file) => /^1\.ec|tmp$/.test(file))).toEqual(['notes.tmp']);
  expect(await readAll(again.url, needles)).toEqual(allAnswer(needles, 200));
});

test('a volume file without records does not hide shards', async () => {
  const path = await shardsOnly();
  writeFileSync(join(path, '1.dat'), Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]));
  writeFileSync(join(path, '1.idx'), '');
  const service = await startOver(path);
  expect(existsSync(join(path, '1.dat'))).toBe(false);
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
});

test('a shard of no bytes goes once it is too old to be one that is being written', async () => {
  const path = await shardsOnly();
  for (const shardId of [2, 3]) writeFileSync(join(path, shardName(shardId)), '');
  utimesSync(join(path, shardName(3)), new Date(0), new Date(0));
  const service = await startOver(path);
  expect(await mountedShards(service)).toEqual(ALL_SHARDS.filter((shardId) => shardId !== 2 && shardId !== 3));
  expect([2, 3].map((shardId) => existsSync(join(path, shardName(shardId))))).toEqual([true, false]);
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
});

test('shards of two encodings on two disks are kept apart', async () => {
  const [first, second] = [await shardsOnly(), await shardsOnly()];
  // Ten shards in all, but seven of one encoding and three of the other.
  for (const shardId of ALL_SHARDS) {
    if (shardId < 3 || shardId > 9) rmSync(join(first, shardName(shardId)));
    if (shardId >= 3) rmSync(join(second, shardName(shardId)));
  }
  const service = await startOver(first, second);
  const found = await readAll(service.url, needles);
  expect(Object.values(found)).not.toContain('other bytes');
  expect(Object.values(found)).toContain(500);
});

test('other numbers of shards than usual, as the info file says', async () => {
  const { path, ...running } = await plainVolume({ dataShards: 5, parityShards: 2 });
  await running.close(0);
  const service = await startOver(path);
  const { call } = service.client;
  await call.VolumeEcShardsGenerate({ volume_id: 1 });
  expect(readdirSync(path).filter((file) => /^1\.ec\d/.test(file))).toHaveLength(7);
  await call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [0, 1, 2, 3, 4, 5, 6] });
  await call.VolumeDelete({ volume_id: 1 });
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
  await call.VolumeEcShardsDelete({ volume_id: 1, shard_ids: [1, 4] });
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
  expect((await call.VolumeEcShardsRebuild({ volume_id: 1 })).rebuilt_shard_ids).toEqual([1, 4]);
  await call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [1, 4] });
  await call.VolumeEcShardsToVolume({ volume_id: 1 });
  await call.VolumeMount({ volume_id: 1 });
  expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
});
