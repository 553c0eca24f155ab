import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMasterService } from '@needlestack/master-service';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { Seaweed } from '@needlestack/rpc/wire/master-pb';
import { createSilentLogger } from '@needlestack/service-kit';
import { startVolumeService } from '@needlestack/volume-service';

const NEEDLES = 200;
const OVERWRITES = 4;
/** They wait for the disk together. */
const WRITTEN_AT_A_TIME = 20;
/** Fewer than would fill the room that the vacuum makes, however long it takes. */
const WRITTEN_MEANWHILE_MAX = 150;
const NEEDLE_BYTES = 3_000;
const COOKIE = 0x1234abcd;

const path = mkdtempSync(join(tmpdir(), 'needlestack-vacuum-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));

const startMaster = () =>
  startMasterService({
    ip: '127.0.0.1',
    bindIp: '127.0.0.1',
    port: 0,
    grpcPort: 0,
    directory: join(path, 'master'),
    volumeSizeLimitMb: 100,
    volumePreallocate: false,
    defaultReplication: '',
    isHttpDisabled: false,
    security: {},
    peerSecurity: {},
    logger: createSilentLogger(),
  });

const startVolume = (name: string, masterGrpcPort: number) =>
  startVolumeService({
    directories: [{ path: join(path, name), volumesMax: 5 }],
    masters: [`127.0.0.1:${masterGrpcPort}`],
    pulseMs: 50,
  });

test('the master vacuums both copies: live needles read the same, before and after a restart, files shrink', async () => {
  const master = await startMaster();
  let volumes = [await startVolume('a', master.grpcPort), await startVolume('b', master.grpcPort)];
  const client = createGrpcClient<Seaweed>({
    address: `127.0.0.1:${master.grpcPort}`,
    protos: loadProtos(['master.proto']),
    service: 'master_pb.Seaweed',
  });
  const slots = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${master.httpPort}/dir/status`);
    return ((await answer.json()) as { Topology: { Max: number } }).Topology.Max;
  };
  // Both have joined.
  while ((await slots()) < 10) await new Promise((resolve) => setTimeout(resolve, 5));
  const { fid } = await client.call.Assign({ count: 1, replication: '001', writable_volume_count: 1 });
  const volumeId = Number(fid.split(',')[0]);
  const live = new Map<bigint, Buffer>();
  const write = async (needleKey: bigint): Promise<void> => {
    const data = randomBytes(NEEDLE_BYTES);
    await volumes[0]?.dataPlane.writeNeedle({ volumeId, needleKey, cookie: COOKIE, data, lastModifiedSeconds: 1 });
    live.set(needleKey, data);
  };
  for (let round = 0; round < OVERWRITES; round += 1) {
    for (let key = 1; key <= NEEDLES; key += WRITTEN_AT_A_TIME)
      await Promise.all(Array.from({ length: WRITTEN_AT_A_TIME }, (_, at) => write(BigInt(key + at))));
  }
  for (let key = 1; key <= NEEDLES; key += 10) {
    await volumes[1]?.dataPlane.deleteNeedles([{ volumeId, needleKey: BigInt(key), cookie: COOKIE }]);
    live.delete(BigInt(key));
  }
  const sizes = (extension: string) =>
    ['a', 'b'].map((name) => statSync(join(path, name, `${volumeId}${extension}`)).size);
  const before = { data: sizes('.dat'), index: sizes('.idx') };
  // Writes while it is vacuumed go on, and what they write is there afterwards.
  let isOver = false;
  const writer = (async () => {
    for (let key = 10_001; !isOver && key <= 10_000 + WRITTEN_MEANWHILE_MAX; key += 1) await write(BigInt(key));
  })();
  await client.call.VacuumVolume({ garbage_threshold: 0.3, volume_id: volumeId });
  isOver = true;
  await writer;
  const check = async (): Promise<void> => {
    for (const { dataPlane } of volumes) {
      for (const [needleKey, data] of live) {
        const read = await dataPlane.readNeedle({ volumeId, needleKey, cookie: COOKIE });
        expect(Buffer.compare(read, data)).toBe(0);
      }
      await expect(dataPlane.readNeedle({ volumeId, needleKey: 11n, cookie: COOKIE })).rejects.toMatchObject({
        code: 'needle-not-found',
      });
    }
  };
  await check();
  for (const copy of [0, 1]) {
    expect(sizes('.dat')[copy]).toBeLessThan((before.data[copy] ?? 0) / 2);
    expect(sizes('.idx')[copy]).toBeLessThan(before.index[copy] ?? 0);
  }
  for (const volume of volumes) await volume.close();
  volumes = [await startVolume('a', master.grpcPort), await startVolume('b', master.grpcPort)];
  await check();
  client.close();
  for (const volume of volumes) await volume.close();
  await master.close();
});
