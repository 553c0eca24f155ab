import { type ShardRatio, totalShards } from '@needlestack/erasure-coding';
import { type ChannelSecurity, createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import type { RemoteDeleteRequest, RemoteShardRequest, ShardHolders, ShardPeers } from '../core/shards/ec-ports.ts';
import { toGrpcAddress } from './master-client.ts';

export interface ShardClientOptions {
  /** All holders of every shard of a volume, by the master; `host:port.grpcPort`. */
  readonly lookup: (volumeId: number) => Promise<ShardHolders>;
  /** Whether an address is this server's own. */
  readonly isOwnAddress: (address: string) => boolean;
  readonly security: ChannelSecurity;
  readonly nowMs: () => number;
}

interface KnownHolders {
  readonly holders: Map<number, readonly string[]>;
  readonly untilMs: number;
  /** Until when they are believed although some shard is nowhere. */
  readonly untilMsIfIncomplete: number;
}

const READ_TIMEOUT_MS = 10_000;
const LOOKUP_FAILED_KEPT_MS = 2_000;
/** How long holders are remembered: shorter, the more of them are missing. */
const KEPT_MS = { tooFew: 11_000, some: 7 * 60_000, all: 37 * 60_000 } as const;
const VOLUMES_KEPT_MAX = 10_000;
const CLIENTS_MAX = 64;

/** Shards on other servers over SeaweedFS's gRPC. Connections stay open: a read in shards asks many servers. */
export class ShardClient implements ShardPeers {
  readonly #options: ShardClientOptions;
  readonly #known = new Map<number, KnownHolders>();
  readonly #clients = new Map<string, GrpcClient<VolumeServer>>();

  constructor(options: ShardClientOptions) {
    this.#options = options;
  }

  async holders(volumeId: number, ratio: ShardRatio, local: ReadonlySet<number>): Promise<ShardHolders> {
    const { lookup, isOwnAddress, nowMs } = this.#options;
    const known = this.#known.get(volumeId);
    if (known !== undefined && expiryOf(known, ratio, local) > nowMs()) return known.holders;
    const holders = new Map<number, readonly string[]>();
    let keptMs: number = LOOKUP_FAILED_KEPT_MS;
    try {
      const found = await lookup(volumeId);
      keptMs = keptMsOf(found.size, ratio);
      for (const [shardId, addresses] of found) {
        const others = addresses.filter((address) => !isOwnAddress(address));
        if (others.length > 0) holders.set(shardId, others);
      }
    } catch (error) {
      // Without a master what lies here is all there is; what was known before may still hold.
      if (!(error instanceof VolumeError)) throw error;
      for (const [shardId, addresses] of known?.holders ?? []) holders.set(shardId, addresses);
    }
    if (this.#known.size >= VOLUMES_KEPT_MAX) this.#known.clear();
    const untilMsIfIncomplete = nowMs() + Math.min(keptMs, KEPT_MS.tooFew);
    this.#known.set(volumeId, { holders, untilMs: nowMs() + keptMs, untilMsIfIncomplete });
    return holders;
  }

  async read(address: string, request: RemoteShardRequest): Promise<Buffer | 'deleted'> {
    const { volumeId, shardId, offsetBytes, lengthBytes, needleId, encodeTsNs } = request;
    const parts: Buffer[] = [];
    let receivedBytes = 0;
    try {
      const answers = this.#client(address).call.VolumeEcShardRead(
        {
          volume_id: volumeId,
          shard_id: shardId,
          offset: offsetBytes,
          size: lengthBytes,
          file_key: needleId,
          encode_ts_ns: encodeTsNs,
        },
        { signal: AbortSignal.timeout(READ_TIMEOUT_MS) },
      );
      for await (const { data, is_deleted, encode_ts_ns } of answers) {
        if (encodeTsNs !== 0n && BigInt(encode_ts_ns) !== encodeTsNs)
          throw new Error('its shard is of another encoding');
        if (is_deleted) return 'deleted';
        parts.push(data);
        receivedBytes += data.length;
      }
    } catch (error) {
      throw failure(address, volumeId, shardId, error);
    }
    if (receivedBytes !== lengthBytes) {
      throw failure(address, volumeId, shardId, new Error(`${receivedBytes} bytes, expected ${lengthBytes}`));
    }
    return Buffer.concat(parts);
  }

  async delete(address: string, { name, needleId, version }: RemoteDeleteRequest): Promise<void> {
    try {
      await this.#client(address).call.VolumeEcBlobDelete(
        { volume_id: name.volumeId, collection: name.collection, file_key: needleId, version },
        { deadlineMs: READ_TIMEOUT_MS },
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new VolumeError('unreachable', `deletion in volume ${name.volumeId} on ${address}: ${why}`, {
        cause: error,
      });
    }
  }

  forgetAll(volumeId: number): void {
    this.#known.delete(volumeId);
  }

  forget(volumeId: number, shardId: number): void {
    const known = this.#known.get(volumeId);
    if (known === undefined) return;
    known.holders.delete(shardId);
    this.#known.set(volumeId, { ...known, untilMs: Math.min(known.untilMs, this.#options.nowMs() + KEPT_MS.tooFew) });
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #client(address: string): GrpcClient<VolumeServer> {
    const known = this.#clients.get(address);
    if (known !== undefined) return known;
    const [oldest] = this.#clients;
    if (oldest !== undefined && this.#clients.size >= CLIENTS_MAX) {
      this.#clients.delete(oldest[0]);
      oldest[1].close();
    }
    const client = createGrpcClient<VolumeServer>({
      ...this.#options.security,
      address: toGrpcAddress(address),
      protos: loadProtos(['volume_server.proto']),
      service: 'volume_server_pb.VolumeServer',
    });
    this.#clients.set(address, client);
    return client;
  }
}

function expiryOf(known: KnownHolders, ratio: ShardRatio, local: ReadonlySet<number>): number {
  for (let shardId = 0; shardId < totalShards(ratio); shardId += 1) {
    if (!local.has(shardId) && !known.holders.has(shardId)) return known.untilMsIfIncomplete;
  }
  return known.untilMs;
}

function keptMsOf(known: number, ratio: ShardRatio): number {
  if (known >= totalShards(ratio)) return KEPT_MS.all;
  return known >= ratio.dataShards ? KEPT_MS.some : KEPT_MS.tooFew;
}

function failure(address: string, volumeId: number, shardId: number, cause: unknown): VolumeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VolumeError('unreachable', `shard ${shardId} of volume ${volumeId} on ${address}: ${why}`, { cause });
}
