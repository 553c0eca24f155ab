import { replicaPlacementToByte, ttlToUint32 } from '@needlestack/needle-format';
import type { DiskStatus } from '../ports.ts';
import { storageNameOf } from '../tiering/remote-ports.ts';
import { planSlots } from '../volume/plan-slots.ts';
import type { Volume } from '../volume/volume.ts';

/** What one volume tells the master. */
export interface VolumeReport {
  readonly volumeId: number;
  readonly collection: string;
  readonly sizeBytes: number;
  readonly fileCount: number;
  readonly deleteCount: number;
  readonly deletedBytes: number;
  readonly readOnly: boolean;
  /** xyz as a decimal number. */
  readonly replicaPlacement: number;
  readonly version: number;
  /** count << 8 | unit */
  readonly ttl: number;
  readonly compactionRevision: number;
  readonly modifiedAtSeconds: number;
  readonly diskType: string;
  readonly diskId: number;
  /** Where the data lies when it is not here. */
  readonly remoteStorageName: string;
  readonly remoteStorageKey: string;
}

/** What a directory is called by its operator, and how many volumes it may hold. */
export interface DirectoryReport {
  readonly diskId: number;
  readonly diskType: string;
  readonly tags: readonly string[];
  readonly volumesMax: number;
}

export interface DiskReport {
  readonly directories: readonly DirectoryReport[];
  /** By disk type. */
  readonly volumesMax: Readonly<Record<string, number>>;
  readonly totalBytes: Readonly<Record<string, number>>;
  readonly freeBytes: Readonly<Record<string, number>>;
}

export function reportVolume(volume: Volume): VolumeReport {
  const { opened, counters } = volume;
  const { superblock } = opened;
  return {
    volumeId: volume.volumeId,
    collection: volume.collection,
    sizeBytes: opened.file.endBytes,
    fileCount: counters.fileCount,
    deleteCount: counters.deleteCount,
    deletedBytes: counters.deletedBytes,
    readOnly: !volume.isWritable,
    replicaPlacement: replicaPlacementToByte(volume.replicaPlacement),
    version: superblock.version,
    ttl: ttlToUint32(superblock.ttl),
    compactionRevision: superblock.compactionRevision,
    modifiedAtSeconds: Math.floor(volume.modifiedAtMs / 1000),
    diskType: opened.diskType,
    diskId: opened.diskId,
    remoteStorageName: opened.remote === undefined ? '' : storageNameOf(opened.remote),
    remoteStorageKey: opened.remote?.key ?? '',
  };
}

/** A directory that cannot be used now has neither slots nor room. */
export function reportDisks(
  disks: readonly DiskStatus[],
  volumes: readonly Volume[],
  volumeSizeLimitBytes: number,
): DiskReport {
  const sums = { volumesMax: {}, totalBytes: {}, freeBytes: {} } satisfies Record<string, Record<string, number>>;
  const directories: DirectoryReport[] = [];
  for (const disk of disks) {
    const { diskId, diskType, tags } = disk;
    const inside = volumes.filter(({ opened }) => opened.directoryPath === disk.path);
    const promisedBytes = inside.reduce((sum, volume) => sum + roomOf(volume, volumeSizeLimitBytes), 0);
    const volumesMax = planSlots(disk, { usedSlots: inside.length, promisedBytes, volumeSizeLimitBytes });
    directories.push({ diskId, diskType, tags, volumesMax });
    add(sums.volumesMax, diskType, volumesMax);
    if (disk.problem !== undefined) continue;
    add(sums.totalBytes, diskType, disk.totalBytes);
    add(sums.freeBytes, diskType, disk.freeBytes);
  }
  return { ...sums, directories };
}

function roomOf(volume: Volume, volumeSizeLimitBytes: number): number {
  return volume.isWritable ? Math.max(0, volumeSizeLimitBytes - volume.opened.file.endBytes) : 0;
}

/** The largest needle id on this server: the master must hand out larger ones. */
export function maxNeedleId(volumes: readonly Volume[]): bigint {
  let max = 0n;
  for (const { counters } of volumes) if (counters.maxNeedleId > max) max = counters.maxNeedleId;
  return max;
}

function add(sums: Record<string, number>, key: string, amount: number): void {
  sums[key] = (sums[key] ?? 0) + amount;
}
