/**
 * 64 clients upload 64 MiB each, slowly, to a server that lets few in at a time (`-concurrentUploadLimitMB`), and shows what its process takes of memory.
 * Run: node services/volume/bench/slow-uploads.ts [limit in MiB] [MiB/s a client] [directory]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '../src/index.ts';

const MIB = 2 ** 20;
const CLIENTS = 64;
const UPLOAD_BYTES = 64 * MIB;
const PIECE_BYTES = 256 * 1024;
const SAMPLE_MS = 100;

/** Resident memory of a process in MiB, now or at its highest. */
function memoryMib(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
}

async function serve(path: string, limitMib: number): Promise<void> {
  const service = await startVolumeService({
    directories: [{ path, volumesMax: 8 }],
    fsync: 'never',
    uploadsUnderWayBytesMax: limitMib * MIB,
    uploadWaitMs: 10 * 60_000,
  });
  process.send?.({ httpPort: service.httpPort, grpcPort: service.grpcPort });
}

async function upload(port: number, key: number, mibPerSecond: number): Promise<number> {
  const fid = `1,${key.toString(16).padStart(2, '0')}00000001`;
  const outgoing = request({
    port,
    host: '127.0.0.1',
    method: 'PUT',
    path: `/${fid}`,
    headers: { 'Content-Length': UPLOAD_BYTES },
  });
  const answered = once(outgoing, 'response');
  const piece = Buffer.alloc(PIECE_BYTES, key);
  for (let sent = 0; sent < UPLOAD_BYTES; sent += PIECE_BYTES) {
    if (!outgoing.write(piece)) await once(outgoing, 'drain');
    await pause((PIECE_BYTES / MIB / mibPerSecond) * 1000);
  }
  outgoing.end();
  const [response] = await answered;
  response.resume();
  return response.statusCode;
}

async function measure(limitMib: number, mibPerSecond: number): Promise<void> {
  const path = mkdtempSync(join(process.argv[4] ?? tmpdir(), 'needlestack-uploads-'));
  const child = fork(import.meta.filename, ['serve', path, String(limitMib)]);
  try {
    const [ports]: { httpPort: number; grpcPort: number }[] = await once(child, 'message');
    if (ports === undefined || child.pid === undefined) throw new Error('the server did not start');
    const { call } = createGrpcClient<VolumeServer>({
      address: `127.0.0.1:${ports.grpcPort}`,
      protos: loadProtos(['volume_server.proto']),
      service: 'volume_server_pb.VolumeServer',
    });
    await call.AllocateVolume({ volume_id: 1, version: 3 });
    const { pid } = child;
    const beforeMib = memoryMib(pid, 'VmRSS');
    const samples: number[] = [];
    const timer = setInterval(() => samples.push(memoryMib(pid, 'VmRSS')), SAMPLE_MS);
    const startMs = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) => upload(ports.httpPort, index + 1, mibPerSecond)),
    );
    clearInterval(timer);
    const seconds = (performance.now() - startMs) / 1000;
    const half = samples.length / 2;
    const peakOf = (part: readonly number[]): string => Math.max(0, ...part).toFixed(0);
    console.log(
      `${CLIENTS} uploads of 64 MiB at ${mibPerSecond} MiB/s each, limit ${limitMib} MiB: ${statuses.filter((status) => status === 201).length} stored in ${seconds.toFixed(1)} s; ` +
        `memory ${beforeMib.toFixed(0)} MiB before, peak ${memoryMib(pid, 'VmHWM').toFixed(0)} (first half ${peakOf(samples.slice(0, half))}, second half ${peakOf(samples.slice(half))})`,
    );
  } finally {
    child.kill('SIGKILL');
    rmSync(path, { recursive: true, force: true });
  }
}

if (process.argv[2] === 'serve') {
  await serve(process.argv[3] ?? '', Number(process.argv[4]));
} else {
  await measure(Number(process.argv[2] ?? 256), Number(process.argv[3] ?? 64));
  process.exit(0);
}
