import { setTimeout as pause } from 'node:timers/promises';
import { createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { MendVolumeResponse, NeedleState, VolumeRepair } from '@needlestack/rpc/wire/needlestack-repair';
import type { VolumeServiceOptions } from '../../src/index.ts';
import { FakeMaster } from './fake-master.ts';
import { send } from './raw-http.ts';
import { startTestService, type TestService } from './start-test-service.ts';

/** Comparisons as quick as a test wants them. */
const QUICK = { settleMs: 20, retryMs: 50, everyMs: 1_000 } as const;
/** Says what is missing before the test's own limit ends it. */
const DEADLINE_MS = 100_000;
const LOOK_AGAIN_MS = 10;
const COOKIE_TEXT = '0000abcd';

/** Servers that all hold volume 1, and a master that knows them. */
export class ReplicaSet {
  readonly master: FakeMaster;
  readonly servers: TestService[] = [];
  readonly #options: Partial<VolumeServiceOptions>;

  private constructor(master: FakeMaster, options: Partial<VolumeServiceOptions>) {
    this.master = master;
    this.#options = { masters: [master.address], repair: QUICK, ...options };
  }

  static async start(
    replication: '001' | '002',
    options: Partial<VolumeServiceOptions> = {},
    perServer: readonly Partial<VolumeServiceOptions>[] = [],
  ): Promise<ReplicaSet> {
    const set = new ReplicaSet(await FakeMaster.start(), options);
    const copies = Number(replication) + 1;
    for (let at = 0; at < copies; at += 1) {
      const service = await startTestService({ ...set.#options, ...perServer[at] });
      set.servers.push(service);
      await service.client.call.AllocateVolume({ volume_id: 1, version: 3, replication });
    }
    await set.master.until(() => set.master.holders(1).length === copies);
    return set;
  }

  at(index: number): TestService {
    const service = this.servers[index];
    if (service === undefined) throw new Error(`there is no server ${index}`);
    return service;
  }

  async stop(index: number): Promise<void> {
    const before = this.master.holders(1).length;
    await this.at(index).close(0);
    await this.master.until(() => this.master.holders(1).length < before);
  }

  /** The server comes back with its directory, on other ports. */
  async restart(index: number, options: Partial<VolumeServiceOptions> = {}): Promise<void> {
    const { path } = this.at(index);
    const directories = [{ path, volumesMax: 20 }];
    this.servers[index] = await startTestService({ ...this.#options, ...options, directories });
  }

  close(): Promise<void> {
    return this.master.close();
  }
}

/** Writes to, or deletes on, one server alone, as a replica that the others do not reach. */
export async function putAlone(service: TestService, key: number, text: string): Promise<void> {
  const { status } = await send(service.url, 'PUT', `${pathOf(key)}?type=replicate`, {}, text);
  if (status !== 201) throw new Error(`PUT of ${key}: ${status}`);
}

export async function deleteAlone(service: TestService, key: number): Promise<void> {
  const { status } = await send(service.url, 'DELETE', `${pathOf(key)}?type=replicate`);
  if (status !== 202) throw new Error(`DELETE of ${key}: ${status}`);
}

export function pathOf(key: number): string {
  return `/1,${key.toString(16).padStart(2, '0')}${COOKIE_TEXT}`;
}

/** Text, or status when it is not 200. */
export async function readText(service: TestService, key: number): Promise<string> {
  const { status, body } = await send(service.url, 'GET', pathOf(key));
  return status === 200 ? body.toString() : String(status);
}

export function repairClient(service: TestService): GrpcClient<VolumeRepair> {
  return createGrpcClient<VolumeRepair>({
    address: `127.0.0.1:${service.grpcPort}`,
    protos: loadProtos(['repair.proto']),
    service: 'needlestack_repair.VolumeRepair',
  });
}

/** Compares and mends the copy on one server now. */
export async function mend(service: TestService): Promise<MendVolumeResponse> {
  const client = repairClient(service);
  try {
    return await client.call.MendVolume({ volume_id: 1 });
  } finally {
    client.close();
  }
}

/** Live needles as `key cookie size checksum`, in order: equal exactly when two copies hold the same. */
export async function liveNeedles(service: TestService): Promise<string[]> {
  const client = repairClient(service);
  const found: NeedleState[] = [];
  try {
    for await (const { needles } of client.call.ListNeedles({ volume_id: 1, buckets: [...Array(1024).keys()] })) {
      found.push(...needles.filter(({ kind }) => kind !== 'DELETED'));
    }
  } finally {
    client.close();
  }
  return found.map(({ key, cookie, size, checksum, kind }) => `${key} ${cookie} ${size} ${checksum} ${kind}`).sort();
}

/** Waits until the condition holds; errors count as not yet. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const startedAtMs = Date.now();
  let failure: unknown;
  while (Date.now() - startedAtMs < DEADLINE_MS) {
    try {
      if (await condition()) return;
    } catch (error) {
      failure = error;
    }
    await pause(LOOK_AGAIN_MS);
  }
  throw failure ?? new Error('it never came to that');
}

/** A counter or gauge of a server: the sum over its lines that have all these labels. */
export async function metricOf(service: TestService, name: string, ...labels: readonly string[]): Promise<number> {
  const lines = (await service.metrics.render()).split('\n');
  const wanted = lines.filter(
    (line) => line.startsWith(`needlestack_${name}{`) && labels.every((label) => line.includes(`="${label}"`)),
  );
  return wanted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
