/** Builds what keeps volumes in shards. */
import type { Lifecycle } from '@needlestack/service-kit';
import { EcNeedles } from '../core/shards/ec-needles.ts';
import type { EcEvents, ShardHolders } from '../core/shards/ec-ports.ts';
import { EcRegistry } from '../core/shards/ec-registry.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';
import { ShardClient } from '../peers/shard-client.ts';
import type { DiskVolumeStore } from '../storage/disk-volume-store.ts';
import { nodeFileSystem } from '../storage/files/file-system.ts';
import { DiskEcStore } from '../storage/shards/disk-ec-store.ts';
import { findShardSets } from '../storage/shards/find-shards.ts';
import { systemClock } from '../system-clock.ts';
import type { VolumeServiceOptions } from '../volume-options.ts';
import type { ClusterLink } from './wire-heartbeats.ts';

const SHARDS_PER_SLOT = 10;

/** The shards on all disks. What hides them is removed, so plain volumes must not be open yet. */
export async function openShardStore(
  store: DiskVolumeStore,
  options: VolumeServiceOptions,
  events: EcEvents,
): Promise<DiskEcStore> {
  const { directories } = store;
  const shardStore = new DiskEcStore({
    directories,
    files: options.files ?? nodeFileSystem,
    events,
    nowMs: systemClock.nowMs,
    onStep: options.onEcStep ?? (() => undefined),
    roomOf: async (diskId) => {
      const directory = directories[diskId];
      if (directory === undefined) return 0;
      const sets = await findShardSets(directory);
      const shards = sets.reduce((sum, set) => sum + set.shards.size, 0);
      return (await directory.freeSlots()) - shards / SHARDS_PER_SLOT;
    },
  });
  await shardStore.removeLeftovers();
  return shardStore;
}

/** Mounts all shards. A volume that lies here whole and in shards takes no more writes, which the shards would not have. */
export async function mountShards(
  shardStore: DiskEcStore,
  registry: VolumeRegistry,
  events: EcEvents,
): Promise<EcRegistry> {
  const shards = new EcRegistry(shardStore, events);
  await shardStore.settle();
  await shards.mountAll();
  for (const { volumeId } of shards.list()) registry.get(volumeId)?.apply('mark-read-only');
  return shards;
}

export interface ShardParts {
  readonly shardPeers: ShardClient;
  readonly ecNeedles: EcNeedles;
}

/** Needles in shards, here and on other servers. */
export async function startShardReads(
  options: VolumeServiceOptions,
  { shards, events, link, lifecycle }: ShardReadParts,
): Promise<ShardParts> {
  const shardPeers = await lifecycle.start(
    'shard peers',
    () =>
      new ShardClient({
        lookup: async (volumeId): Promise<ShardHolders> => (await link.master?.lookupShards(volumeId)) ?? new Map(),
        isOwnAddress: (address) => isOwnAddress(link, address),
        security: options.clientSecurity ?? {},
        nowMs: systemClock.nowMs,
      }),
    (client) => client.close(),
  );
  const ecNeedles = new EcNeedles({ registry: shards, peers: shardPeers, clock: systemClock, events });
  return { shardPeers, ecNeedles };
}

interface ShardReadParts {
  readonly shards: EcRegistry;
  readonly events: EcEvents;
  readonly link: ClusterLink;
  readonly lifecycle: Lifecycle;
}

/** Whether `host:port.grpcPort`, or without its last part, is this server. */
export function isOwnAddress({ identity }: ClusterLink, address: string): boolean {
  if (identity === undefined) return false;
  const { ip, port, grpcPort } = identity;
  return address === `${ip}:${port}.${grpcPort}` || address === `${ip}:${port}`;
}
