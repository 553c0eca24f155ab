import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removeFiles, syncDirectory } from './files/durable-files.ts';
import type { VolumePaths } from './volume-paths.ts';

/*
 * A compaction is decided once its mark (`.cpc`) is on disk. From there every step can be repeated:
 *   compacted data over `.dat` → compacted index over `.idx` → sync → remove the mark.
 */

/** Renames the compacted pair into place. Call with the mark on disk, or after a crash that left it there. */
export async function swapCompacted(paths: VolumePaths): Promise<void> {
  if (existsSync(paths.compactedDat)) await rename(paths.compactedDat, paths.dat);
  if (existsSync(paths.compactedIdx)) await rename(paths.compactedIdx, paths.idx);
  await removeFiles([paths.sortedIdx]);
  await syncDirectory(dirname(paths.dat));
  if (dirname(paths.idx) !== dirname(paths.dat)) await syncDirectory(dirname(paths.idx));
  await removeFiles([paths.compactionMark]);
}

/** Ends what a crash interrupted: forward when the compaction was decided, back when it was not. */
export async function settleInterruptedCompaction(paths: VolumePaths): Promise<void> {
  if (existsSync(paths.compactionMark)) await swapCompacted(paths);
  else await removeFiles([paths.compactedDat, paths.compactedIdx]);
}
