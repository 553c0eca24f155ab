/**
 * Copies a volume to another server by VolumeCopy, both servers in processes of their own, while needles are read from either.
 * Run: node services/volume/bench/copy-volume.ts [MiB] [directory]
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '../src/index.ts';

const MIB = 2 ** 20;
const RESOLUTION_MS = 5;
const ROUNDS = 3;
const NEEDLE_BYTES = 256 * 1024;
const volumeMib = Number(process.argv[process.argv[2] === 'serve' ? 5 : 2] ?? 1024);
const needles = (volumeMib * MIB) / NEEDLE_BYTES;

interface Loop {
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly reads: number;
}

/** A server that tells its ports, and between `begin` and `end` reads needles of its volume and watches its loop. */
async function serve(path: string, volumeId: number): Promise<void> {
  const service = await startVolumeService({ directories: [{ path, volumesMax: 8 }], fsync: 'never' });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let isOver = false;
  let reading: Promise<number> = Promise.resolve(0);
  const read = async (): Promise<number> => {
    for (let count = 0; ; count += 1) {
      if (isOver) return count;
      const needleKey = BigInt((count % needles) + 1);
      await service.dataPlane.readNeedle({ volumeId, needleKey, cookie: 1 });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const commands: Readonly<Record<string, () => Promise<unknown>>> = {
    fill: async () => {
      const data = randomBytes(NEEDLE_BYTES);
      for (let key = 1; key <= needles; key += 1)
        await service.dataPlane.writeNeedle({
          volumeId,
          needleKey: BigInt(key),
          cookie: 1,
          data,
          lastModifiedSeconds: 1,
        });
      return undefined;
    },
    begin: async () => {
      isOver = false;
      delay.reset();
      delay.enable();
      reading = read();
      return undefined;
    },
    end: async (): Promise<Loop> => {
      isOver = true;
      delay.disable();
      const reads = await reading;
      return { p99Ms: delay.percentile(99) / 1e6 - RESOLUTION_MS, maxMs: delay.max / 1e6 - RESOLUTION_MS, reads };
    },
  };
  process.on('message', (command: string) => {
    void commands[command]?.().then((answer) => process.send?.({ answer }));
  });
  process.send?.({ answer: { httpPort: service.httpPort, grpcPort: service.grpcPort } });
}

/** Starts a server and returns how to have it do something. */
async function startServer(path: string, volumeId: number) {
  const child = fork(import.meta.filename, ['serve', path, String(volumeId), String(volumeMib)]);
  const answer = async (): Promise<unknown> => {
    const [message]: { answer: unknown }[] = await once(child, 'message');
    return message?.answer;
  };
  const ports = (await answer()) as { readonly httpPort: number; readonly grpcPort: number };
  const client = createGrpcClient<VolumeServer>({
    address: `127.0.0.1:${ports.grpcPort}`,
    protos: loadProtos(['volume_server.proto']),
    service: 'volume_server_pb.VolumeServer',
  });
  const ask = (command: string): Promise<unknown> => {
    child.send(command);
    return answer();
  };
  return { child, ports, client, ask };
}

async function measure(): Promise<void> {
  const path = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'needlestack-copy-'));
  // Each reads another volume of its own, so that both have something to do beside the copy.
  const source = await startServer(join(path, 'source'), 1);
  const target = await startServer(join(path, 'target'), 2);
  try {
    for (const [server, volumeId] of [
      [source, 1],
      [target, 2],
    ] as const) {
      await server.client.call.AllocateVolume({ volume_id: volumeId, version: 3 });
      await server.ask('fill');
    }
    const from = `127.0.0.1:${source.ports.httpPort}.${source.ports.grpcPort}`;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const server of [source, target]) await server.ask('begin');
      const startMs = performance.now();
      for await (const _ of target.client.call.VolumeCopy({ volume_id: 1, source_data_node: from }));
      const seconds = (performance.now() - startMs) / 1000;
      const loops = [await source.ask('end'), await target.ask('end')] as readonly Loop[];
      const words = loops.map(
        ({ p99Ms, maxMs, reads }, index) =>
          `${index === 0 ? 'source' : 'target'}: event loop p99 ${p99Ms.toFixed(1)} ms, max ${maxMs.toFixed(0)}, ${reads} reads of 256 KiB`,
      );
      console.log(
        `${volumeMib} MiB copied with its syncs at ${Math.round(volumeMib / seconds)} MiB/s; ${words.join('; ')}`,
      );
    }
  } finally {
    for (const { child } of [source, target]) child.kill('SIGKILL');
    rmSync(path, { recursive: true, force: true });
  }
}

if (process.argv[2] === 'serve') {
  await serve(process.argv[3] ?? '', Number(process.argv[4]));
} else {
  await measure();
  process.exit(0);
}
