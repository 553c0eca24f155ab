import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseVolumeFileName } from '@needlestack/needle-format';
import type { DataDirectory } from '../data-directory.ts';
import { REPLACEMENT_SUFFIX, removeFiles } from '../files/durable-files.ts';
import { removeOtherVolumes } from './disk-transfers.ts';
import { putInPlace, readArrivalNote, STAGED_SUFFIX } from './volume-arrival.ts';

const NOTE_EXTENSION = '.note';

/**
 * Ends what a crash interrupted while volumes came from other servers: what had arrived whole takes its place, what had not goes. For
 * the start of a server, in front of opening any volume.
 */
export async function settleArrivals(directories: readonly DataDirectory[]): Promise<void> {
  for (const directory of directories) {
    for (const file of await readdir(directory.path)) {
      const name = file.endsWith(NOTE_EXTENSION)
        ? parseVolumeFileName(file.slice(0, -NOTE_EXTENSION.length))
        : undefined;
      if (name === undefined) continue;
      const { paths } = directory.placeOf(name);
      const arrived = await readArrivalNote(paths.note);
      if (arrived === undefined) {
        // SeaweedFS's note: it writes into the files that it will use, so none of them is whole.
        await directory.removeVolume(name);
        continue;
      }
      await removeOtherVolumes(directories, directory, name);
      await putInPlace(paths, arrived);
    }
  }
  for (const { path, indexPath } of directories) {
    for (const folder of new Set([path, indexPath])) await sweepStaged(folder);
  }
}

async function sweepStaged(folder: string): Promise<void> {
  const staged = (await readdir(folder)).filter((file) => isStaged(file));
  await removeFiles(staged.map((file) => join(folder, file)));
}

/** Ours or SeaweedFS's, by its name; files of other programs are left alone. */
function isStaged(file: string): boolean {
  const suffix = [STAGED_SUFFIX, REPLACEMENT_SUFFIX].find((candidate) => file.endsWith(candidate));
  if (suffix === undefined) return false;
  const whole = file.slice(0, -suffix.length);
  const dot = whole.lastIndexOf('.');
  return dot > 0 && parseVolumeFileName(whole.slice(0, dot)) !== undefined;
}
