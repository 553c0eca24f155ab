import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';

/** Where SeaweedFS's program is; tests beside it are skipped without. */
export const WEED_BINARY = process.env.WEED_BINARY ?? '';

export interface SeaweedVolumeServer {
  readonly url: string;
  readonly client: GrpcClient<VolumeServer>;
  close(): Promise<void>;
}

/** SeaweedFS's master and volume server over a directory. */
export async function startSeaweed(path: string): Promise<SeaweedVolumeServer> {
  const [masterPort, masterGrpc, port, grpcPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const masterPath = join(path, '.master');
  mkdirSync(masterPath, { recursive: true });
  const common = ['-ip=127.0.0.1', '-ip.bind=127.0.0.1'];
  const master = run('master', [...common, `-port=${masterPort}`, `-port.grpc=${masterGrpc}`, `-mdir=${masterPath}`]);
  const server = run('volume', [
    ...common,
    `-port=${port}`,
    `-port.grpc=${grpcPort}`,
    `-dir=${path}`,
    '-max=20',
    `-master=127.0.0.1:${masterPort}.${masterGrpc}`,
    '-preStopSeconds=0',
  ]);
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/healthz`)).status === 200);
  const protos = loadProtos(['volume_server.proto']);
  const client = createGrpcClient<VolumeServer>({
    address: `127.0.0.1:${grpcPort}`,
    protos,
    service: 'volume_server_pb.VolumeServer',
  });
  await until(async () => (await client.call.Ping({})) !== undefined);
  return {
    url,
    client,
    close: async () => {
      client.close();
      await stop(server);
      await stop(master);
    },
  };
}

function run(verb: string, flags: readonly string[]): ChildProcess {
  return spawn(WEED_BINARY, ['-alsologtostderr=false', verb, ...flags], { stdio: 'ignore' });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGINT');
  });
}

/** Waits until it is so; errors count as not yet. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      if (await condition()) return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error('SeaweedFS did not get there');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
