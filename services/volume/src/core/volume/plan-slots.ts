import type { DiskStatus } from '../ports.ts';

export interface SlotUse {
  /** Volumes in the directory, erasure-coded shards counted as their share of one. */
  readonly usedSlots: number;
  /** What its writable volumes may still grow by. */
  readonly promisedBytes: number;
  /** As the master says; 0 while it has not. */
  readonly volumeSizeLimitBytes: number;
}

/** How many volumes a directory may hold, as the master is told. */
export function planSlots(disk: DiskStatus, { usedSlots, promisedBytes, volumeSizeLimitBytes }: SlotUse): number {
  if (disk.problem !== undefined) return 0;
  if (disk.isLow) return usedSlots;
  if (disk.volumesMax > 0) return disk.volumesMax;
  if (volumeSizeLimitBytes === 0) return Math.max(usedSlots, 1);
  const unclaimedBytes = disk.freeBytes - disk.reservedBytes - promisedBytes;
  return Math.max(1, usedSlots + Math.max(0, Math.floor(unclaimedBytes / volumeSizeLimitBytes)));
}
