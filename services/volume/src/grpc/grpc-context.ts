import { RpcError } from '@needlestack/rpc';
import type { Replication } from '../core/needles/replicate-needle.ts';
import type { Clock } from '../core/ports.ts';
import type { ServerCounters } from '../core/server-counters.ts';
import type { ServerState } from '../core/server-state.ts';
import type { EcNeedles } from '../core/shards/ec-needles.ts';
import type { ShardPeers } from '../core/shards/ec-ports.ts';
import type { EcRegistry } from '../core/shards/ec-registry.ts';
import type { RemoteObjects, RemoteStorages } from '../core/tiering/remote-ports.ts';
import type { TierStep } from '../core/tiering/tier-volume.ts';
import type { BytePacer } from '../core/transfer/pace-bytes.ts';
import type { VolumeSources } from '../core/transfer/transfer-ports.ts';
import type { Volume } from '../core/volume/volume.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';

/** What the handlers of the control plane work with. */
export interface GrpcContext {
  readonly registry: VolumeRegistry;
  readonly replication: Replication;
  readonly state: ServerState;
  readonly clock: Clock;
  /** `ip:port`, or the id that the operator gave. */
  readonly serverId: string;
  readonly version: string;
  readonly dataCenter: string;
  readonly rack: string;
  /** Tells the master at once that a volume cannot be written any more, or can again. */
  readonly announce: () => void;
  /** The gRPC address of one of our masters, by that or by the address of its HTTP; undefined for anybody else. */
  readonly findMaster: (target: string) => string | undefined;
  /** Stores that volumes are moved to. */
  readonly storages: RemoteStorages;
  /** Called at each step of a move to such a store or back. */
  readonly onTierStep: (step: TierStep) => void;
  /** Stores that callers name. */
  readonly remoteObjects: RemoteObjects;
  /** Other volume servers. */
  readonly sources: VolumeSources;
  /** How often a tail looks for new records. */
  readonly tailPauseMs: number;
  /** Keeps a copy below a rate in bytes a second; below this server's own when 0. */
  readonly pacer: (bytesPerSecond: number) => BytePacer;
  /** Mounted shards of volumes that were cut. */
  readonly shards: EcRegistry;
  /** Needles of those volumes. */
  readonly ecNeedles: EcNeedles;
  /** Other servers with shards of the same volumes. */
  readonly shardPeers: ShardPeers;
  /** The disks on which shards of an erasure-coded volume are mounted. */
  readonly shardDisks: (volumeId: number) => readonly number[];
  readonly counters: ServerCounters;
  readonly pingMaster: (address: string, signal: AbortSignal) => Promise<bigint>;
}

/** @throws RpcError while the server is in maintenance mode */
export function refuseInMaintenance({ state, serverId }: GrpcContext): void {
  if (state.record.maintenance) throw new RpcError('unknown', `volume server ${serverId} is in maintenance mode`);
}

/** @throws RpcError with the text that the method's clients look for: `<before> <volume id> <after>` */
export function findVolume(
  { registry }: GrpcContext,
  volumeId: number,
  before = 'not found volume id',
  after = '',
): Volume {
  const volume = registry.get(volumeId);
  if (volume !== undefined) return volume;
  throw new RpcError('unknown', `${before} ${volumeId} ${after}`.trimEnd(), { reason: 'volume-not-found' });
}
