import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatVolumeFileName, type VolumeFileName } from '@needlestack/needle-format';
import { moveNotePath } from './move-note-files.ts';

/** Where the files of one volume lie. */
export interface VolumePaths {
  readonly dat: string;
  readonly idx: string;
  readonly vif: string;
  /** There while the volume is being copied from another server. */
  readonly note: string;
  readonly compactedDat: string;
  readonly compactedIdx: string;
  /** There once a compaction is decided. */
  readonly compactionMark: string;
  /** There while the data is on its way to another store or back. */
  readonly moveNote: string;
  /** Index sorted by id, which others make for read-only volumes; stale as soon as we write. */
  readonly sortedIdx: string;
}

/** `indexPath` is the directory for indexes; an index that already lies beside its data wins. */
export function volumePaths(directoryPath: string, indexPath: string, name: VolumeFileName): VolumePaths {
  const file = formatVolumeFileName(name);
  const beside = join(directoryPath, `${file}.idx`);
  const indexBase = existsSync(beside) ? directoryPath : indexPath;
  return {
    dat: join(directoryPath, `${file}.dat`),
    idx: join(indexBase, `${file}.idx`),
    vif: join(directoryPath, `${file}.vif`),
    note: join(directoryPath, `${file}.note`),
    compactedDat: join(directoryPath, `${file}.cpd`),
    compactedIdx: join(indexBase, `${file}.cpx`),
    compactionMark: join(directoryPath, `${file}.cpc`),
    moveNote: moveNotePath(directoryPath, file),
    sortedIdx: join(indexBase, `${file}.sdx`),
  };
}
