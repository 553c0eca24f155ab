/**
 * Reads needles of a volume in shards, whole and with four data shards lost, by turns: in process, and over HTTP from another process.
 * Run: node services/volume/bench/degraded-read.ts [MiB to read for each figure] [keep]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '../src/index.ts';

const CALLERS = 4;
const FREED_MIN_BYTES = 64 * 1024;
const LOST = [0, 1, 2, 3];
/** Both by turns, so that what else the machine does hits both. */
const ORDER = ['whole', 'lost', 'lost', 'whole', 'whole', 'lost', 'lost', 'whole'] as const;
type State = (typeof ORDER)[number];

interface ReadPlan {
  readonly volumeId: number;
  readonly needles: number;
  readonly reads: number;
}

type ReadOne = (volumeId: number, key: number) => Promise<void>;

/** Milliseconds of each of so many reads of random needles, four at a time. */
async function measure({ volumeId, needles, reads }: ReadPlan, readOne: ReadOne): Promise<readonly number[]> {
  const millis: number[] = [];
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun < reads) {
      begun += 1;
      const start = performance.now();
      await readOne(volumeId, 1 + Math.floor(Math.random() * needles));
      millis.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, work));
  return millis;
}

function figures(millis: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = millis.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The process that reads over HTTP: one answer for each plan. */
function runClient(port: number): void {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const readOne: ReadOne = (volumeId, key) =>
    new Promise((resolve, reject) => {
      const path = `/${volumeId},${key.toString(16).padStart(2, '0')}00000001`;
      const outgoing = get({ host: '127.0.0.1', port, path, agent }, (incoming) => {
        if (incoming.statusCode !== 200) reject(new Error(`${path} answered ${incoming.statusCode}`));
        incoming.on('end', resolve).resume();
      });
      outgoing.on('error', reject);
    });
  process.on('message', async (plan: ReadPlan) => process.send?.(await measure(plan, readOne)));
}

async function measureOverHttp(client: ChildProcess, plan: ReadPlan): Promise<readonly number[]> {
  client.send(plan);
  const [millis] = await once(client, 'message');
  return millis;
}

async function run(readBytes: number, frees: boolean): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'needlestack-degraded-'));
  const service = await startVolumeService({ directories: [{ path, volumesMax: 8 }], fsync: 'never' });
  const client = fork(import.meta.filename, ['client', String(service.httpPort)]);
  const { call } = createGrpcClient<VolumeServer>({
    address: `127.0.0.1:${service.grpcPort}`,
    protos: loadProtos(['volume_server.proto']),
    service: 'volume_server_pb.VolumeServer',
  });
  /** Callers let go of the memory of large needles at once; with `keep` it is left to the garbage collector, whose pauses are more than a hundredth then. */
  const readHere: ReadOne = async (volumeId, key) => {
    const data = await service.dataPlane.readNeedle({ volumeId, needleKey: BigInt(key), cookie: 1 });
    if (frees && data.buffer instanceof ArrayBuffer && data.length > FREED_MIN_BYTES) data.buffer.transfer(0);
  };
  const ways = {
    'in process': (plan: ReadPlan) => measure(plan, readHere),
    'over HTTP': (plan: ReadPlan) => measureOverHttp(client, plan),
  };
  for (const [volumeId, sizeBytes, needles] of [
    [1, 4096, 20_000],
    [2, 262_144, 600],
  ] as const) {
    await call.AllocateVolume({ volume_id: volumeId, version: 3 });
    const data = randomBytes(sizeBytes);
    for (let first = 1; first <= needles; first += 50) {
      const keys = Array.from({ length: 50 }, (_, index) => BigInt(first + index));
      await Promise.all(
        keys.map((needleKey) =>
          service.dataPlane.writeNeedle({ volumeId, needleKey, cookie: 1, data, lastModifiedSeconds: 1 }),
        ),
      );
    }
    await call.VolumeEcShardsGenerate({ volume_id: volumeId });
    await call.VolumeEcShardsMount({ volume_id: volumeId, shard_ids: [...Array(14).keys()] });
    await call.VolumeDelete({ volume_id: volumeId });
    const reads = Math.round(Math.min(4_000, (readBytes / sizeBytes) * 4) / ORDER.length);
    for (const [name, way] of Object.entries(ways)) {
      const millis: Readonly<Record<State, number[]>> = { whole: [], lost: [] };
      for (const [round, state] of (['lost', ...ORDER] as const).entries()) {
        const shards = { volume_id: volumeId, shard_ids: LOST };
        await (state === 'whole' ? call.VolumeEcShardsMount(shards) : call.VolumeEcShardsUnmount(shards));
        const measured = await way({ volumeId, needles, reads });
        if (round > 0) millis[state].push(...measured);
      }
      const [whole, lost] = [figures(millis.whole), figures(millis.lost)];
      const show = ({ p50, p99 }: typeof whole, digits: number): string =>
        `p50 ${p50.toFixed(digits)} p99 ${p99.toFixed(digits)}`;
      const ratios = { p50: lost.p50 / whole.p50, p99: lost.p99 / whole.p99 };
      console.log(
        `${sizeBytes} bytes ${name}: whole ${show(whole, 2)} ms, 4 of 10 lost ${show(lost, 2)} ms, lost to whole ${show(ratios, 1)}`,
      );
    }
  }
  client.kill();
  rmSync(path, { recursive: true, force: true });
}

const [first, second] = process.argv.slice(2);
if (first === 'client') runClient(Number(second));
else {
  await run(Number(first ?? 64) * 2 ** 20, second !== 'keep');
  process.exit(0);
}
