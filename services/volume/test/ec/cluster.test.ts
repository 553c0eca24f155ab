/** Shards of one volume on several servers. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_SHARDS, allAnswer, encodeOnly, readAll, sampleNeedles, upload } from '../support/ec-volumes.ts';
import { FakeMaster } from '../support/fake-master.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const needles = sampleNeedles(1, [1, 5000, 1_200_000, 300, 2_400_000, 70_000, 9]);
let master: FakeMaster;

beforeEach(async () => {
  master = await FakeMaster.start();
});
afterEach(() => master.close());

const start = (): Promise<TestService> => startTestService({ masters: [master.address] });
const addressOf = ({ httpPort, grpcPort }: TestService): string => `127.0.0.1:${httpPort}.${grpcPort}`;

async function startWithShards(): Promise<TestService> {
  const service = await start();
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  await upload(service.url, needles);
  await encodeOnly(service, 1);
  return service;
}

/** Shards go to another server and are gone from the first. */
async function move(from: TestService, to: TestService, shardIds: readonly number[]): Promise<void> {
  await to.client.call.VolumeEcShardsCopy({
    volume_id: 1,
    source_data_node: addressOf(from),
    shard_ids: [...shardIds],
    copy_ecx_file: true,
    copy_ecj_file: true,
    copy_vif_file: true,
    copy_ecsum_file: true,
  });
  await to.client.call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [...shardIds] });
  await from.client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [...shardIds] });
  await from.client.call.VolumeEcShardsDelete({ volume_id: 1, shard_ids: [...shardIds] });
  const isAt = ({ httpPort }: TestService, shardId: number): boolean =>
    master.shardHolders(1, shardId).some(({ url }) => url.endsWith(`:${httpPort}`));
  await master.until(() => shardIds.every((shardId) => isAt(to, shardId) && !isAt(from, shardId)));
}

test('every server serves all needles, whichever shards it holds, also when four are lost', async () => {
  const [first, second] = [await startWithShards(), await start()];
  await move(first, second, [0, 1, 2, 3, 4, 11]);
  for (const { url } of [first, second]) expect(await readAll(url, needles)).toEqual(allAnswer(needles, 200));
  await second.client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [0, 1] });
  await first.client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [9, 10] });
  for (const { url } of [first, second]) expect(await readAll(url, needles)).toEqual(allAnswer(needles, 200));
});

test('a holder that goes away is made up for by the others', async () => {
  const [first, second] = [await startWithShards(), await start()];
  await move(first, second, [0, 1, 2, 3]);
  expect(await readAll(first.url, needles)).toEqual(allAnswer(needles, 200));
  await second.close(0);
  expect(await readAll(first.url, needles)).toEqual(allAnswer(needles, 200));
});

test('a deletion is journaled where the first byte lies, and holds on every server', async () => {
  const [first, second] = [await startWithShards(), await start()];
  await move(first, second, [0]);
  const [fid = ''] = needles.keys();
  expect((await fetch(`${first.url}/${fid}`, { method: 'DELETE' })).status).toBe(202);
  for (const { url } of [first, second]) expect((await fetch(`${url}/${fid}`)).status).toBe(404);
  const told = (await second.client.call.VolumeEcShardsInfo({ volume_id: 1 })).file_count;
  expect(Number(told)).toBe(needles.size);
  // Whose journal does not say so hears it from the other: that is nothing broken.
  for (const { client } of [first, second]) {
    const { broken_volume_ids, details } = await client.call.ScrubEcVolume({ mode: 'FULL' });
    expect({ broken_volume_ids, details }).toEqual({ broken_volume_ids: [], details: [] });
  }
});

test('a deletion that a rebuild has written into the index of its server goes along when shards are gathered elsewhere', async () => {
  const [first, second] = [await startWithShards(), await start()];
  const dataShards = ALL_SHARDS.slice(0, 10);
  await move(first, second, dataShards);
  const [fid = ''] = needles.keys();
  expect((await fetch(`${first.url}/${fid}`, { method: 'DELETE' })).status).toBe(202);
  await second.client.call.VolumeEcShardsRebuild({ volume_id: 1 });
  await first.client.call.VolumeEcShardsCopy({
    volume_id: 1,
    source_data_node: addressOf(second),
    shard_ids: dataShards,
    copy_ecj_file: true,
  });
  await first.client.call.VolumeEcShardsMount({ volume_id: 1, shard_ids: dataShards });
  await first.client.call.VolumeEcShardsToVolume({ volume_id: 1 });
  await first.client.call.VolumeMount({ volume_id: 1 });
  const expected = { ...allAnswer(needles, 200), [fid]: 404 };
  expect(await readAll(first.url, needles)).toEqual(expected);
});

test('shards of another encoding are neither copied beside these nor read for them', async () => {
  const [first, second] = [await startWithShards(), await startWithShards()];
  const copy = (withInfo: boolean) =>
    second.client.call.VolumeEcShardsCopy({
      volume_id: 1,
      source_data_node: addressOf(first),
      shard_ids: [13],
      copy_vif_file: withInfo,
    });
  await second.client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [13] });
  await expect(copy(true)).rejects.toThrow('another encoding');
  const read = second.client.call.VolumeEcShardRead({ volume_id: 1, shard_id: 1, size: 10, encode_ts_ns: 12345 });
  await expect(read[Symbol.asyncIterator]().next()).rejects.toThrow('different encode run');
  // Five shards away, and the only other ones are of another run: what lies in them is lost, and nothing wrong is served.
  await first.client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [0, 1, 2, 3, 4] });
  await master.until(() => master.shardHolders(1, 0).length === 1);
  const found = await readAll(first.url, needles);
  expect(Object.values(found)).not.toContain('other bytes');
  expect(Object.values(found)).toContain(500);
});

test('an index that is on no disk here is fetched from another holder', async () => {
  const [first, second] = [await startWithShards(), await start()];
  await move(first, second, [0, 1, 2, 3]);
  await second.close(0);
  for (const extension of ['.ecx', '.vif']) rmSync(join(second.path, `1${extension}`));
  const again = await startTestService({
    directories: [{ path: second.path, volumesMax: 20 }],
    masters: [master.address],
  });
  await expect(again.client.call.VolumeEcShardsInfo({ volume_id: 1 })).rejects.toThrow('not found');
  await master.until(() => master.beats.some(({ port }) => port === again.httpPort));
  await again.client.call.VolumeEcShardsMount({ volume_id: 1, recover_missing_index: true });
  const { ec_shard_infos } = await again.client.call.VolumeEcShardsInfo({ volume_id: 1 });
  expect(ec_shard_infos.map(({ shard_id }) => shard_id)).toEqual([0, 1, 2, 3]);
});

test('the master is told of every shard that comes and goes, with its size and encoding', async () => {
  const service = await startWithShards();
  await master.until(() => ALL_SHARDS.every((shardId) => master.shardHolders(1, shardId).length === 1));
  const [added] = master.beats.flatMap((beat) => beat.new_ec_shards);
  expect(added).toMatchObject({ id: 1, ec_index_bits: 1, shard_sizes: ['1048576'], file_count: String(needles.size) });
  expect(BigInt(added?.encode_ts_ns ?? 0)).toBeGreaterThan(0n);
  await service.client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [5] });
  await master.until(() => master.shardHolders(1, 5).length === 0);
  expect(master.beats.flatMap((beat) => beat.deleted_ec_shards)).toMatchObject([{ id: 1, ec_index_bits: 32 }]);
});
