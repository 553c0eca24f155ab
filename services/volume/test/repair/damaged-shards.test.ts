/** Shards removed, cut and changed, from one to one more than there are parity shards. */
import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { MendShardsResponse, VolumeRepair } from '@needlestack/rpc/wire/needlestack-repair';
import type { VolumeServiceOptions } from '../../src/index.ts';
import { allAnswer, readAll, sampleNeedles } from '../support/ec-volumes.ts';
import { FakeMaster } from '../support/fake-master.ts';
import { MadeVolumes } from '../support/made-volumes.ts';
import { metricOf, until } from '../support/replicas.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const NEEDLES = sampleNeedles(1, [1, 5_000, ...Array<number>(40).fill(64_000), 300, 700_000, 9]);
/** All ways to read each of them are tried where too many shards are damaged. */
const FEW = sampleNeedles(1, [1, 5_000, 1_300_000, 300]);
const REPAIR = { everyMs: 200, retryMs: 30, settleMs: 1, lostShardMs: 0 } as const;
const QUIET = { scrubBytesPerSecond: 0, repair: { ...REPAIR, everyMs: 0, lostShardMs: 3_600_000 } } as const;
const EAGER = { scrubEveryMs: 300, scrubBytesPerSecond: 2 ** 30, repair: REPAIR } as const;

const many = new MadeVolumes(NEEDLES, QUIET);
const few = new MadeVolumes(FEW, QUIET);

let master: FakeMaster;
beforeEach(async () => {
  master = await FakeMaster.start();
});
afterEach(() => master.close());

type Damage = 'removed' | 'cut' | 'changed';

function damage(path: string, kind: Damage): void {
  if (kind === 'removed') rmSync(path);
  if (kind === 'cut') truncateSync(path, 70_001);
  if (kind !== 'changed') return;
  const file = openSync(path, 'r+');
  for (let at = 100; at < statSync(path).size; at += 100_000) writeSync(file, Buffer.of(0x5a, 0xa5), 0, 2, at);
  closeSync(file);
}

function shardPath({ path }: Pick<TestService, 'path'>, shardId: number): string {
  return join(path, `1.ec${String(shardId).padStart(2, '0')}`);
}

function startOver(path: string, options: Partial<VolumeServiceOptions>): Promise<TestService> {
  return startTestService({ masters: [master.address], ...options, directories: [{ path, volumesMax: 20 }] });
}

async function mendShards(service: TestService): Promise<MendShardsResponse> {
  const { call, close } = createGrpcClient<VolumeRepair>({
    address: `127.0.0.1:${service.grpcPort}`,
    protos: loadProtos(['repair.proto']),
    service: 'needlestack_repair.VolumeRepair',
  });
  try {
    return await call.MendShards({ volume_id: 1 });
  } finally {
    close();
  }
}

const GRADES = (['removed', 'cut', 'changed'] as const).flatMap((kind) =>
  [1, 2, 3, 4].map((count) => ({ kind, count, shardIds: [2, 11, 0, 7].slice(0, count) })),
);

test.each(GRADES)(
  '$count of 14 shards $kind: right bytes at once, and the shards are made again',
  async ({ kind, shardIds }) => {
    const path = await many.encoded();
    const whole = shardIds.map((shardId) => readFileSync(shardPath({ path }, shardId)));
    for (const shardId of shardIds) damage(shardPath({ path }, shardId), kind);
    const again = await startOver(path, EAGER);
    expect(await readAll(again.url, NEEDLES)).toEqual(allAnswer(NEEDLES, 200));
    await until(
      async () =>
        (await metricOf(again, 'volume_ec_shards')) === 14 && shardIds.every((id, at) => isWhole(again, id, whole[at])),
    );
    await until(async () => (await metricOf(again, 'volume_shards_mended_total')) === shardIds.length);
    expect(await readAll(again.url, NEEDLES)).toEqual(allAnswer(NEEDLES, 200));
    expect(readdirSync(again.path).filter((file) => file.endsWith('.copying'))).toEqual([]);
  },
);

function isWhole(service: TestService, shardId: number, expected: Buffer | undefined): boolean {
  return expected?.equals(readFileSync(shardPath(service, shardId))) === true;
}

test.each(['removed', 'cut', 'changed'] as const)(
  '5 of 14 shards %s: errors or the right bytes, never others, and nothing is written',
  async (kind) => {
    const path = await few.encoded();
    const shardIds = [0, 1, 2, 3, 4];
    for (const shardId of shardIds) damage(shardPath({ path }, shardId), kind);
    const again = await startOver(path, QUIET);
    const answers = await readAll(again.url, FEW);
    expect(Object.values(answers).every((answer) => answer === 200 || answer === 500)).toBe(true);
    expect(Object.values(answers)).toContain(500);
    expect((await mendShards(again)).mended_shard_ids).toEqual([]);
    expect(await readAll(again.url, FEW)).toEqual(answers);
  },
);

test('a read that meets damage has the shard made again', async () => {
  const path = await many.encoded();
  const whole = readFileSync(shardPath({ path }, 0));
  damage(shardPath({ path }, 0), 'changed');
  const again = await startOver(path, QUIET);
  await until(async () => again.readiness.reasons().length === 0);
  expect(await readAll(again.url, NEEDLES)).toEqual(allAnswer(NEEDLES, 200));
  await until(async () => isWhole(again, 0, whole));
});

test('shards on another server help, and one of them that is damaged is found out by its checksum', async () => {
  const first = await startOver(await many.encoded(), QUIET);
  const second = await startTestService({ masters: [master.address], ...QUIET });
  const moved = [5, 6, 7, 8, 9, 10, 11];
  await second.client.call.VolumeEcShardsCopy({
    volume_id: 1,
    source_data_node: `127.0.0.1:${first.httpPort}.${first.grpcPort}`,
    shard_ids: moved,
    copy_ecx_file: true,
    copy_ecj_file: true,
    copy_vif_file: true,
    copy_ecsum_file: true,
  });
  await second.client.call.VolumeEcShardsMount({ volume_id: 1, shard_ids: moved });
  await first.client.call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: moved });
  await first.client.call.VolumeEcShardsDelete({ volume_id: 1, shard_ids: moved });
  await master.until(() => moved.every((shardId) => master.shardHolders(1, shardId).length === 1));
  const whole = [1, 6].map((shardId) => readFileSync(shardPath(shardId === 1 ? first : second, shardId)));
  damage(shardPath(first, 1), 'changed');
  damage(shardPath(second, 6), 'changed');
  expect(await mendShards(first)).toMatchObject({ mended_shard_ids: [1], damaged_shard_ids: [] });
  expect(isWhole(first, 1, whole[0])).toBe(true);
  expect(await mendShards(second)).toMatchObject({ mended_shard_ids: [6] });
  expect(isWhole(second, 6, whole[1])).toBe(true);
});
