import type { VolumeCounters } from '../ports.ts';

export function emptyCounters(): VolumeCounters {
  return { fileCount: 0, deleteCount: 0, deletedBytes: 0, contentBytes: 0, maxNeedleId: 0n };
}

/** `replacedBytes` is the size of the live needle that the write overwrites, if there is one. */
export function countWrite(
  counters: VolumeCounters,
  id: bigint,
  sizeBytes: number,
  replacedBytes: number | undefined,
): void {
  counters.fileCount += 1;
  counters.contentBytes += sizeBytes;
  if (replacedBytes !== undefined) countDelete(counters, replacedBytes);
  if (id > counters.maxNeedleId) counters.maxNeedleId = id;
}

/** A tombstone counts even when nothing was there to delete. */
export function countDelete(counters: VolumeCounters, liveBytes: number | undefined): void {
  counters.deleteCount += 1;
  counters.deletedBytes += liveBytes ?? 0;
}
