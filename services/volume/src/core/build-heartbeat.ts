import { replicaPlacementToByte, ttlToUint32 } from '@needlestack/needle-format';
import type { DiskStatus } from './ports.ts';
import type { Volume } from './volume.ts';

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
}

export interface DiskReport {
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
  };
}

export function reportDisks(disks: readonly DiskStatus[]): DiskReport {
  const sums = { volumesMax: {}, totalBytes: {}, freeBytes: {} } satisfies Record<string, Record<string, number>>;
  for (const { diskType, volumesMax, totalBytes, freeBytes } of disks) {
    add(sums.volumesMax, diskType, volumesMax);
    add(sums.totalBytes, diskType, totalBytes);
    add(sums.freeBytes, diskType, freeBytes);
  }
  return sums;
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
