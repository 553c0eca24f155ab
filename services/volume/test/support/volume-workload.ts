/**
 * A volume server that writes, overwrites, deletes and compacts as fast as it can, and says on stdout what was acknowledged: until it is
 * killed, or until it has written so many needles. `node volume-workload.ts <directory> <first key> [needles]`
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '../../src/index.ts';
import { contentOf, cookieOf, type OperationKind, operationsOn } from './workload-ledger.ts';

const PIPE_FULL_PAUSE_MS = 1;
const WORKERS = 16;
const VOLUME_ID = 1;
const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Returns when the line is in the pipe: what is buffered here would die with the process. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EAGAIN') throw error;
      Atomics.wait(neverNotified, 0, 0, PIPE_FULL_PAUSE_MS);
    }
  }
}

const [, , path = '', firstKey = '1', needles = '0'] = process.argv;
const service = await startVolumeService({ directories: [{ path, volumesMax: 8 }] });
// A process that is killed would leave nothing for the next one.
flushCompileCache();
const { dataPlane } = service;
const endKey = Number(needles) === 0 ? Number.POSITIVE_INFINITY : Number(firstKey) + Number(needles);
let next = Number(firstKey);

async function perform(kind: OperationKind, key: number): Promise<void> {
  const id = { volumeId: VOLUME_ID, needleKey: BigInt(key), cookie: cookieOf(key) };
  if (kind === 'delete') await dataPlane.deleteNeedles([id]);
  else await dataPlane.writeNeedle({ ...id, data: contentOf(key, kind), lastModifiedSeconds: 1 });
}

async function work(): Promise<void> {
  while (next < endKey) {
    const key = next;
    next += 1;
    for (const kind of operationsOn(key)) {
      await perform(kind, key);
      say(`${kind} ${key}\n`);
    }
  }
}

/** Compacts again and again, beside the writers. */
async function vacuum(until: Promise<unknown>): Promise<void> {
  let ended = false;
  void until.then(() => {
    ended = true;
  });
  const client = createGrpcClient<VolumeServer>({
    address: `127.0.0.1:${service.grpcPort}`,
    protos: loadProtos(['volume_server.proto']),
    service: 'volume_server_pb.VolumeServer',
  });
  while (!ended) {
    for await (const _ of client.call.VacuumVolumeCompact({ volume_id: VOLUME_ID })) if (ended) break;
    await client.call.VacuumVolumeCommit({ volume_id: VOLUME_ID });
    await client.call.VacuumVolumeCleanup({ volume_id: VOLUME_ID });
  }
  client.close();
}

const written = Promise.all(Array.from({ length: WORKERS }, work));
await Promise.all([written, vacuum(written)]);
await service.close(0);
