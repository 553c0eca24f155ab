/** Orphans in a volume of another collection, before and after it was cut into shards. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { NEEDLESTACK_COMMAND } from '@needlestack/test-servers';
import { storeUnderTest } from '../support/store-under-test.ts';

const GRPC_OFFSET = 10_000;
const VOLUME = 4001;
const COOKIE = '637037d6';
const ALL_SHARDS = Array.from({ length: 14 }, (_, shard) => shard);

describe('admin orphans, in a collection', () => {
  const store = storeUnderTest();
  let client: GrpcClient<VolumeServer>;

  beforeAll(() => {
    client = createGrpcClient<VolumeServer>({
      address: `127.0.0.1:${store.process.ports.volume + GRPC_OFFSET}`,
      protos: loadProtos(['volume_server.proto']),
      service: 'volume_server_pb.VolumeServer',
    });
  });
  afterAll(() => client.close());

  async function orphanKeys(): Promise<{ readonly keys: string[]; readonly volumes: number }> {
    const { ports } = store.process;
    const flags = [`-master=127.0.0.1:${ports.master}`, `-catalog=127.0.0.1:${ports.catalog}`];
    const { stdout } = await promisify(execFile)(NEEDLESTACK_COMMAND, [
      'admin',
      'orphans',
      ...flags,
      '-collection=scratch',
      '-o=json',
    ]);
    const report = JSON.parse(stdout) as {
      readonly volumes: number;
      readonly failures: readonly string[];
      readonly orphans: readonly { readonly fid: string }[];
    };
    expect(report.failures).toEqual([]);
    const keys = report.orphans.map(({ fid }) => fid.slice(`${VOLUME},`.length, -COOKIE.length));
    return { keys: keys.sort(), volumes: report.volumes };
  }

  /** The master hears of volumes and shards by heartbeats. */
  async function untilSeen(keys: readonly string[]): Promise<void> {
    for (let seen = await orphanKeys(); seen.keys.join() !== keys.join(); seen = await orphanKeys())
      await new Promise((resolve) => setTimeout(resolve, 200));
  }

  test('needles of the index, without those that were deleted', async () => {
    await client.call.AllocateVolume({ volume_id: VOLUME, collection: 'scratch', version: 3 });
    const longAgo = Math.floor(Date.now() / 1000) - 7 * 86_400;
    for (let key = 1; key <= 5; key += 1)
      await fetch(`${store.process.urlOf('volume')}/${VOLUME},0${key}${COOKIE}?ts=${longAgo}`, {
        method: 'PUT',
        body: `needle ${key}`,
      });
    await client.call.BatchDelete({ file_ids: [`${VOLUME},02${COOKIE}`] });
    await untilSeen(['01', '03', '04', '05']);
  });

  test('needles of the index of shards, without those that its journal names', async () => {
    const place = { volume_id: VOLUME, collection: 'scratch' };
    await client.call.VolumeEcShardsGenerate(place);
    await client.call.VolumeEcShardsMount({ ...place, shard_ids: ALL_SHARDS });
    await client.call.VolumeUnmount({ volume_id: VOLUME });
    await client.call.VolumeEcBlobDelete({ ...place, file_key: 3, version: 3 });
    await untilSeen(['01', '04', '05']);
  });
});
