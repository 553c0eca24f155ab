/** The methods for shards on one server: what they do, refuse and say. */
import { copyFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_SHARDS, allAnswer, encodeOnly, readAll, sampleNeedles, upload } from '../support/ec-volumes.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const needles = sampleNeedles(1, [1, 5000, 1_200_000, 300, 900_000]);
const [firstFid = '', secondFid = ''] = needles.keys();

async function startWithNeedles(collection = ''): Promise<TestService> {
  const service = await startTestService();
  await service.client.call.AllocateVolume({ volume_id: 1, collection, version: 3 });
  await upload(service.url, needles);
  return service;
}

async function startEncoded(): Promise<TestService> {
  const service = await startWithNeedles();
  await encodeOnly(service, 1);
  return service;
}

const flip = (path: string, at: number): void => {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
};

test('a volume is cut, mounted, described, unmounted; a shard is removed with the shared files at the end', async () => {
  const { client, path } = await startWithNeedles();
  const { call } = client;
  await call.VolumeEcShardsGenerate({ volume_id: 1 });
  expect(
    readdirSync(path)
      .filter((file) => file.startsWith('1.ec'))
      .sort(),
  ).toEqual([...ALL_SHARDS.map((id) => `1.ec${String(id).padStart(2, '0')}`), '1.ecsum', '1.ecx'].sort());
  await expect(call.VolumeEcShardsInfo({ volume_id: 1 })).rejects.toThrow('EC volume 1 not found');
  await call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [3, 0] });
  const info = await call.VolumeEcShardsInfo({ volume_id: 1 });
  expect(info).toMatchObject({ file_count: String(needles.size), file_deleted_count: '0' });
  expect(Number(info.volume_size)).toBeGreaterThan(2_100_000);
  expect(info.ec_shard_infos).toMatchObject([
    { shard_id: 0, size: '1048576', volume_id: 1 },
    { shard_id: 3, size: '1048576', volume_id: 1 },
  ]);
  await call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [0, 3, 7] });
  await expect(call.VolumeEcShardsInfo({ volume_id: 1 })).rejects.toThrow('not found');
  await call.VolumeEcShardsDelete({ volume_id: 1, shard_ids: ALL_SHARDS.slice(1) });
  expect(existsSync(join(path, '1.ecx'))).toBe(true);
  await call.VolumeEcShardsDelete({ volume_id: 1, shard_ids: [0] });
  expect(
    readdirSync(path)
      .filter((file) => file.startsWith('1.'))
      .sort(),
  ).toEqual(['1.dat', '1.idx', '1.vif']);
});

test('what is not there is refused where it matters and no error where it does not', async () => {
  const { client } = await startWithNeedles('photos');
  const { call } = client;
  await expect(call.VolumeEcShardsGenerate({ volume_id: 9 })).rejects.toThrow('volume 9 not found');
  await expect(call.VolumeEcShardsGenerate({ volume_id: 1, collection: 'x' })).rejects.toThrow(
    'existing collection:photos unexpected input: x',
  );
  expect((await call.VolumeEcShardsRebuild({ volume_id: 9 })).rebuilt_shard_ids).toEqual([]);
  await call.VolumeEcShardsDelete({ volume_id: 9, shard_ids: [1] });
  await call.VolumeEcShardsUnmount({ volume_id: 9, shard_ids: [1] });
  await call.VolumeEcBlobDelete({ volume_id: 9, file_key: 1, version: 3 });
  await expect(call.VolumeEcShardsMount({ volume_id: 9, shard_ids: [1] })).rejects.toThrow('mount 9.1');
  await expect(call.VolumeEcShardsToVolume({ volume_id: 9 })).rejects.toThrow('ec volume 9 not found');
  await expect(call.ScrubEcVolume({ volume_ids: [9], mode: 'INDEX' })).rejects.toThrow('EC volume id 9 not found');
  const copy = { volume_id: 9, source_data_node: '127.0.0.1:1', shard_ids: [0] };
  await expect(call.VolumeEcShardsCopy({ ...copy, disk_id: 99 })).rejects.toThrow(
    'invalid disk_id 99: only have 1 disks',
  );
  await expect(call.VolumeEcShardsCopy(copy)).rejects.toThrow('VolumeEcShardsCopy volume 9');
  await expect(call.VolumeEcShardsRebuild({ volume_id: 1, collection: '../x' })).rejects.toThrow('collection');
  const read = call.VolumeEcShardRead({ volume_id: 9, shard_id: 0, size: 1 });
  await expect(read[Symbol.asyncIterator]().next()).rejects.toThrow('not found ec shard 9.0');
});

test('maintenance refuses what changes shards', async () => {
  const { client } = await startWithNeedles();
  const { call } = client;
  const { state } = await call.GetState({});
  await call.SetState({ state: { maintenance: true, version: state?.version } });
  const refused = [
    call.VolumeEcShardsGenerate({ volume_id: 1 }),
    call.VolumeEcShardsRebuild({ volume_id: 1 }),
    call.VolumeEcShardsCopy({ volume_id: 1 }),
    call.VolumeEcShardsDelete({ volume_id: 1 }),
    call.VolumeEcBlobDelete({ volume_id: 1 }),
    call.VolumeEcShardsToVolume({ volume_id: 1 }),
  ];
  for (const answer of refused) await expect(answer).rejects.toThrow('maintenance mode');
});

test('bytes of a shard are read as they lie; a deleted needle is told of instead', async () => {
  const { client, path } = await startEncoded();
  const { call } = client;
  const collect = async (request: Parameters<typeof call.VolumeEcShardRead>[0]) => {
    const frames = [];
    for await (const frame of call.VolumeEcShardRead(request)) frames.push(frame);
    return frames;
  };
  const frames = await collect({ volume_id: 1, shard_id: 1, offset: 1000, size: 5000 });
  const shard = readFileSync(join(path, '1.ec01'));
  expect(Buffer.concat(frames.map(({ data }) => data)).equals(shard.subarray(1000, 6000))).toBe(true);
  const atEnd = await collect({ volume_id: 1, shard_id: 1, offset: shard.length - 10, size: 5000 });
  expect(Buffer.concat(atEnd.map(({ data }) => data))).toHaveLength(10);
  for (let time = 0; time < 2; time += 1) await call.VolumeEcBlobDelete({ volume_id: 1, file_key: 2, version: 3 });
  const deleted = await collect({ volume_id: 1, shard_id: 0, file_key: 2, size: 1 });
  expect(deleted.map(({ is_deleted, data }) => [is_deleted, data.length])).toEqual([[true, 0]]);
  expect(readFileSync(join(path, '1.ecj'))).toHaveLength(8);
});

test('needles in shards have a status, are read and deleted in process, and in batches', async () => {
  const { client, dataPlane, url } = await startEncoded();
  const { call } = client;
  expect(await call.VolumeNeedleStatus({ volume_id: 1, needle_id: 2 })).toMatchObject({ cookie: 0xabcd });
  await expect(call.VolumeNeedleStatus({ volume_id: 1, needle_id: 99 })).rejects.toThrow('not found');
  const id = { volumeId: 1, needleKey: 2n, cookie: 0xabcd };
  expect(Buffer.from(await dataPlane.readNeedle(id)).equals(needles.get(secondFid) ?? Buffer.alloc(0))).toBe(true);
  await expect(dataPlane.readNeedle({ ...id, cookie: 1 })).rejects.toMatchObject({ code: 'cookie-mismatch' });
  await expect(dataPlane.readNeedle({ ...id, expectedCrc32c: 1 })).rejects.toMatchObject({ code: 'checksum-mismatch' });
  expect(await dataPlane.deleteNeedles([id])).toBe(1);
  expect(await dataPlane.deleteNeedles([id])).toBe(0);
  const { results } = await call.BatchDelete({ file_ids: [firstFid, firstFid, secondFid] });
  expect(results.map(({ status }) => status)).toEqual([202, 404, 404]);
  for (const fid of [firstFid, secondFid]) expect((await fetch(`${url}/${fid}`)).status).toBe(404);
});

test('a plain volume of the same id wins', async () => {
  const { client, url, path } = await startWithNeedles();
  await client.call.VolumeEcShardsGenerate({ volume_id: 1 });
  await client.call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [...ALL_SHARDS] });
  for (const shardId of ALL_SHARDS) truncateSync(join(path, `1.ec${String(shardId).padStart(2, '0')}`), 0);
  expect(await readAll(url, needles)).toEqual(allAnswer(needles, 200));
});

test('a volume beside its shards takes no more writes after a restart', async () => {
  const first = await startWithNeedles();
  await first.client.call.VolumeEcShardsGenerate({ volume_id: 1 });
  await first.close(0);
  const { url, client } = await startTestService({ directories: [{ path: first.path, volumesMax: 20 }] });
  expect(await readAll(url, needles)).toEqual(allAnswer(needles, 200));
  expect((await client.call.VolumeStatus({ volume_id: 1 })).is_read_only).toBe(true);
});

test('a volume without live needles is not put together, one without a data shard cannot be', async () => {
  const { client } = await startEncoded();
  const { call } = client;
  await call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [0] });
  await expect(call.VolumeEcShardsToVolume({ volume_id: 1 })).rejects.toThrow('ec volume 1 missing shard 0');
  await call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [0] });
  for (let key = 1; key <= needles.size; key += 1) {
    await call.VolumeEcBlobDelete({ volume_id: 1, file_key: key, version: 3 });
  }
  await expect(call.VolumeEcShardsToVolume({ volume_id: 1 })).rejects.toMatchObject({ code: 'failed-precondition' });
});

test('scrubs find what is damaged and name the shard', async () => {
  const { client, path } = await startEncoded();
  const { call } = client;
  const scrub = (mode: 'INDEX' | 'LOCAL' | 'FULL' | 'CHECKSUM') => call.ScrubEcVolume({ mode });
  for (const mode of ['INDEX', 'LOCAL', 'FULL', 'CHECKSUM'] as const) {
    expect(await scrub(mode)).toMatchObject({
      total_volumes: '1',
      broken_volume_ids: [],
      broken_shard_infos: [],
      details: [],
    });
  }
  expect((await scrub('FULL')).total_files).toBe(String(needles.size));
  await expect(call.ScrubEcVolume({ mode: 'INDEX', force_deleted_needles_check: true })).rejects.toThrow('FULL');
  await expect(call.ScrubEcVolume({})).rejects.toThrow('unsupported EC volume scrub mode');
  flip(join(path, '1.ec12'), 500_000);
  expect((await scrub('LOCAL')).broken_volume_ids).toEqual([]);
  expect((await scrub('CHECKSUM')).broken_shard_infos).toMatchObject([{ shard_id: 12, volume_id: 1 }]);
  flip(join(path, '1.ec01'), 500_000);
  expect((await scrub('FULL')).details.join()).toMatch(/needle \d+ on volume 1, shards \[.*1.*\]/);
  truncateSync(join(path, '1.ec00'), 100);
  expect((await scrub('LOCAL')).broken_shard_infos).toMatchObject([{ shard_id: 0 }]);
});

test('a damaged shard is read around, found by a rebuild and made anew', async () => {
  const { client, path, url, metrics } = await startEncoded();
  const before = readFileSync(join(path, '1.ec01'));
  flip(join(path, '1.ec01'), 100_000);
  flip(join(path, '1.ec01'), 900_000);
  expect(await readAll(url, needles)).toEqual(allAnswer(needles, 200));
  expect(await metrics.render()).toMatch(/volume_shard_repairs_total\{[^}]*\} [1-9]/);
  expect((await client.call.VolumeEcShardsRebuild({ volume_id: 1 })).rebuilt_shard_ids).toEqual([1]);
  expect(readFileSync(join(path, '1.ec01')).equals(before)).toBe(true);
  expect((await client.call.ScrubEcVolume({ mode: 'CHECKSUM' })).broken_shard_infos).toEqual([]);
});

test('a checksum file that contradicts most shards decides nothing', async () => {
  const { client, path } = await startEncoded();
  const other = await startWithNeedles();
  await upload(other.url, sampleNeedles(1, [77, 6000]));
  await other.client.call.VolumeEcShardsGenerate({ volume_id: 1 });
  copyFileSync(join(other.path, '1.ecsum'), join(path, '1.ecsum'));
  const { broken_shard_infos, details } = await client.call.ScrubEcVolume({ mode: 'CHECKSUM' });
  expect([broken_shard_infos, details.join()]).toEqual([[], expect.stringContaining('stale')]);
  await expect(client.call.VolumeEcShardsRebuild({ volume_id: 1 })).rejects.toThrow('not rebuilt');
  expect(
    (await client.call.VolumeEcShardsRebuild({ volume_id: 1, unsafe_ignore_sidecar: true })).rebuilt_shard_ids,
  ).toEqual([]);
});

test('a full teardown spares what is newer than the one who asks for it', async () => {
  const { client, path } = await startEncoded();
  const vif = JSON.parse(readFileSync(join(path, '1.vif'), 'utf8')) as { ecShardConfig: { encodeTsNs: string } };
  const encodeTsNs = BigInt(vif.ecShardConfig.encodeTsNs);
  const tearDown = (encode_ts_ns: bigint) =>
    client.call.VolumeEcShardsDelete({ volume_id: 1, full_teardown: true, encode_ts_ns });
  expect(await tearDown(encodeTsNs)).toEqual({ full_teardown_done: true });
  expect(existsSync(join(path, '1.ec00'))).toBe(true);
  await tearDown(encodeTsNs + 1n);
  expect(readdirSync(path).filter((file) => file.startsWith('1.'))).toEqual([]);
  await expect(client.call.VolumeEcShardsInfo({ volume_id: 1 })).rejects.toThrow('not found');
});

test('a collection goes with its shards, an expired volume too', async () => {
  const service = await startWithNeedles('photos');
  await encodeOnly(service, 1, 'photos');
  await service.client.call.DeleteCollection({ collection: 'photos' });
  expect(readdirSync(service.path).filter((file) => file.startsWith('photos_'))).toEqual([]);
});

test('a file is not received over a mounted shard, and is when it is not mounted', async () => {
  const { client, path } = await startEncoded();
  const shard = readFileSync(join(path, '1.ec03'));
  const send = () =>
    client.call.ReceiveFile(
      (async function* () {
        yield { info: { volume_id: 1, ext: '.ec03', is_ec_volume: true, shard_id: 3, file_size: shard.length } };
        for (let at = 0; at < shard.length; at += 65_536) yield { file_content: shard.subarray(at, at + 65_536) };
      })(),
    );
  expect((await send()).error).toBe('ec volume 1 is mounted on disk_ids:[0]; unmount before ReceiveFile');
  await client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [...ALL_SHARDS] });
  writeFileSync(join(path, '1.ec03'), 'not a shard');
  expect((await send()).error).toBe('');
  expect(readFileSync(join(path, '1.ec03')).equals(shard)).toBe(true);
});
