import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { Seaweed } from '@needlestack/rpc/wire/master-pb';
import { createSilentLogger } from '@needlestack/service-kit';
import { type MasterOptions, type MasterService, startMasterService } from '../../src/index.ts';
import { type ScriptedServerOptions, ScriptedVolumeServer } from './scripted-volume-server.ts';

const FIRST_CLAIMED_PORT = 18_080;

/** A master on real ports with a directory of its own, its clients, and the volume servers that joined it. */
export class RunningMaster {
  readonly service: MasterService;
  readonly client: GrpcClient<Seaweed>;
  readonly directory: string;
  readonly servers: ScriptedVolumeServer[] = [];

  private constructor(service: MasterService, directory: string) {
    this.service = service;
    this.directory = directory;
    this.client = createGrpcClient<Seaweed>({
      address: `127.0.0.1:${service.grpcPort}`,
      protos: loadProtos(['master.proto']),
      service: 'master_pb.Seaweed',
    });
  }

  static async start(
    overrides: Partial<MasterOptions> = {},
    directory: string = mkdtempSync(join(tmpdir(), 'needlestack-master-')),
  ): Promise<RunningMaster> {
    const service = await startMasterService({
      ip: '127.0.0.1',
      bindIp: '127.0.0.1',
      port: 0,
      grpcPort: 0,
      directory,
      volumeSizeLimitMb: 100,
      volumePreallocate: false,
      defaultReplication: '',
      isHttpDisabled: false,
      security: {},
      peerSecurity: {},
      logger: createSilentLogger(),
      ...overrides,
    });
    return new RunningMaster(service, directory);
  }

  async join(options: Partial<ScriptedServerOptions> = {}): Promise<ScriptedVolumeServer> {
    const port = FIRST_CLAIMED_PORT + this.servers.length;
    const server = await ScriptedVolumeServer.join(this.service.grpcPort, { port, ...options });
    this.servers.push(server);
    return server;
  }

  /** Fetches a path of the HTTP port as JSON, without following redirects. */
  async get(path: string, init: RequestInit = {}) {
    const response = await fetch(`http://127.0.0.1:${this.service.httpPort}${path}`, { redirect: 'manual', ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : parse(text) };
  }

  /** Asks until the answer is right; the limit is that of the test. */
  async until(check: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await check())) await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    for (const server of this.servers) await server.close();
    this.client.close();
    await this.service.close();
  }

  async stopAndForget(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const parse = (text: string) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
