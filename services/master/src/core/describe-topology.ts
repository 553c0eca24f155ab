import type { Topology } from './topology.ts';
import { countShards, type EcShardRecord, type VolumeRecord } from './volume-record.ts';
import type { VolumeServerNode } from './volume-server-node.ts';

/** What lies on the disks of one type. */
export interface DiskSummary {
  readonly type: string;
  readonly volumeCount: number;
  readonly maxVolumeCount: number;
  readonly freeVolumeCount: number;
  /** Not read-only. */
  readonly activeVolumeCount: number;
  readonly remoteVolumeCount: number;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export interface ServerDisk extends DiskSummary {
  readonly volumes: readonly VolumeRecord[];
  readonly ecShards: readonly EcShardRecord[];
}

export interface DescribedServer {
  readonly server: VolumeServerNode;
  readonly disks: readonly ServerDisk[];
}

export interface DescribedRack {
  readonly id: string;
  readonly servers: readonly DescribedServer[];
}

export interface DescribedDataCenter {
  readonly id: string;
  readonly racks: readonly DescribedRack[];
}

export interface VolumeFilter {
  readonly volume: (volume: { readonly id: number; readonly collection: string }) => boolean;
}

const describeDisk = (server: VolumeServerNode, type: string, filter: VolumeFilter): ServerDisk => {
  const all = [...server.volumes.values()].filter(({ diskType }) => diskType === type);
  const shards = [...server.ecShards.values()].filter(({ diskType }) => diskType === type);
  return {
    type,
    volumeCount: all.length,
    maxVolumeCount: server.capacity.maxVolumeCounts.get(type) ?? 0,
    freeVolumeCount: server.freeSlots(type),
    activeVolumeCount: all.filter(({ readOnly }) => !readOnly).length,
    remoteVolumeCount: all.filter(({ remoteStorageName }) => remoteStorageName !== '').length,
    totalBytes: server.capacity.diskTotalBytes.get(type) ?? 0,
    freeBytes: server.capacity.diskFreeBytes.get(type) ?? 0,
    volumes: all.filter(filter.volume).sort((a, b) => a.id - b.id),
    ecShards: shards.filter(filter.volume).sort((a, b) => a.id - b.id),
  };
};

const groupBy = <T>(items: readonly T[], nameOf: (item: T) => string): [string, T[]][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
};

/** The tree of data centers, racks and servers with what the servers hold, every level sorted by name. */
export const describeTopology = (topology: Topology, filter: VolumeFilter): DescribedDataCenter[] =>
  groupBy(topology.servers, ({ identity }) => identity.dataCenter).map(([id, inCenter]) => ({
    id,
    racks: groupBy(inCenter, ({ identity }) => identity.rack).map(([rackId, inRack]) => ({
      id: rackId,
      servers: [...inRack]
        .sort((a, b) => (a.identity.id < b.identity.id ? -1 : 1))
        .map((server) => ({
          server,
          disks: [...server.diskTypes].sort().map((type) => describeDisk(server, type, filter)),
        })),
    })),
  }));

/** Adds up the disks of several servers by type. */
export const sumDisks = (disks: readonly DiskSummary[]): DiskSummary[] =>
  groupBy(disks, ({ type }) => type).map(([type, sameType]) => {
    const sum = (pick: (disk: DiskSummary) => number): number =>
      sameType.reduce((total, disk) => total + pick(disk), 0);
    return {
      type,
      volumeCount: sum(({ volumeCount }) => volumeCount),
      maxVolumeCount: sum(({ maxVolumeCount }) => maxVolumeCount),
      freeVolumeCount: sum(({ freeVolumeCount }) => freeVolumeCount),
      activeVolumeCount: sum(({ activeVolumeCount }) => activeVolumeCount),
      remoteVolumeCount: sum(({ remoteVolumeCount }) => remoteVolumeCount),
      totalBytes: sum(({ totalBytes }) => totalBytes),
      freeBytes: sum(({ freeBytes }) => freeBytes),
    };
  });

export const countServerShards = (server: VolumeServerNode): number => {
  let count = 0;
  for (const { shardBits } of server.ecShards.values()) count += countShards(shardBits);
  return count;
};
