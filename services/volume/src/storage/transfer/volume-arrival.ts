import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { VolumeFileName } from '@needlestack/needle-format';
import {
  VOLUME_FILE_EXTENSIONS,
  type VolumeArrival,
  type VolumeFileExtension,
} from '../../core/transfer/transfer-ports.ts';
import { toDiskError } from '../files/disk-error.ts';
import { isMissingFile, readFileIfThere, removeFiles, replaceFile, syncDirectory } from '../files/durable-files.ts';
import type { VolumePaths } from '../volume-paths.ts';

/*
 * A volume that arrives from another server is written beside the one that is there, under names that end in `.copying`.
 *
 *   all files on stable storage -> note (which files there are) -> old files of the same id elsewhere removed
 *   -> each new file over the old one -> sync -> note removed
 *
 * Invariants
 * A1 In front of the note a crash leaves the old volume as it was; the next start removes what had arrived.
 * A2 Behind the note the next start finishes the renames, each of which may be repeated.
 * A3 Should SeaweedFS find the note, it drops the volume: it never sees a new index beside old data.
 */

/** Ends the name of a file that is not whole yet. */
export const STAGED_SUFFIX = '.copying';

const NOTE_HEAD = 'arrived:';

type Files = Partial<Record<VolumeFileExtension, { readonly handle: FileHandle; lengthBytes: number }>>;

/** The new files of one volume. */
export class DiskVolumeArrival implements VolumeArrival {
  readonly name: VolumeFileName;
  readonly #paths: VolumePaths;
  readonly #files: Files = {};
  readonly #removeOthers: () => Promise<void>;

  /** `removeOthers` removes the files of volumes of the same id that lie under other names. */
  constructor(name: VolumeFileName, paths: VolumePaths, removeOthers: () => Promise<void>) {
    this.name = name;
    this.#paths = paths;
    this.#removeOthers = removeOthers;
  }

  lengthBytes(extension: VolumeFileExtension): number | undefined {
    return this.#files[extension]?.lengthBytes;
  }

  async append(extension: VolumeFileExtension, bytes: Uint8Array): Promise<void> {
    let file = this.#files[extension];
    if (file === undefined) {
      file = { handle: await open(stagedPath(this.#paths, extension), 'w'), lengthBytes: 0 };
      this.#files[extension] = file;
    }
    await writeAll(file.handle, bytes);
    file.lengthBytes += bytes.length;
  }

  async commit(): Promise<void> {
    for (const { handle } of Object.values(this.#files)) await handle.sync();
    await this.#close();
    await syncDirectory(dirname(this.#paths.dat));
    await syncDirectory(dirname(this.#paths.idx));
    const arrived = VOLUME_FILE_EXTENSIONS.filter((extension) => this.#files[extension] !== undefined);
    await replaceFile(this.#paths.note, `${NOTE_HEAD}${arrived.join(',')}`);
    await this.#removeOthers();
    await putInPlace(this.#paths, arrived);
  }

  async discard(): Promise<void> {
    await this.#close();
    await removeFiles(VOLUME_FILE_EXTENSIONS.map((extension) => stagedPath(this.#paths, extension)));
  }

  async #close(): Promise<void> {
    for (const { handle } of Object.values(this.#files)) await handle.close();
  }
}

/** The files that a note says have arrived whole; undefined when there is no note, or one of an interrupted copy. */
export async function readArrivalNote(notePath: string): Promise<readonly VolumeFileExtension[] | undefined> {
  const text = (await readFileIfThere(notePath))?.toString();
  if (text === undefined || !text.startsWith(NOTE_HEAD)) return undefined;
  const named = text.slice(NOTE_HEAD.length).split(',');
  return VOLUME_FILE_EXTENSIONS.filter((extension) => named.includes(extension));
}

/** Makes a volume of files that lie under their staged names, all of them on stable storage. */
export async function adoptArrived(paths: VolumePaths): Promise<void> {
  await replaceFile(paths.note, `${NOTE_HEAD}${VOLUME_FILE_EXTENSIONS.join(',')}`);
  await putInPlace(paths, VOLUME_FILE_EXTENSIONS);
}

/** Renames what has arrived over the old files. May be repeated until the note is gone. */
export async function putInPlace(paths: VolumePaths, arrived: readonly VolumeFileExtension[]): Promise<void> {
  const { compactedDat, compactedIdx, compactionMark, sortedIdx } = paths;
  await removeFiles([compactionMark, compactedDat, compactedIdx, sortedIdx]);
  for (const extension of VOLUME_FILE_EXTENSIONS) {
    if (arrived.includes(extension)) await renameIfThere(stagedPath(paths, extension), finalPath(paths, extension));
    else await removeFiles([finalPath(paths, extension)]);
  }
  await syncDirectory(dirname(paths.idx));
  await syncDirectory(dirname(paths.dat));
  await removeFiles([paths.note]);
  await syncDirectory(dirname(paths.note));
}

/** Writes all bytes where the handle stands. @throws VolumeError `no-space` when the disk is full, `io-error` */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    for (let written = 0; written < bytes.length; ) {
      written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten;
    }
  } catch (error) {
    throw toDiskError('a file that arrives cannot be written', error);
  }
}

function stagedPath(paths: VolumePaths, extension: VolumeFileExtension): string {
  return `${finalPath(paths, extension)}${STAGED_SUFFIX}`;
}

function finalPath(paths: VolumePaths, extension: VolumeFileExtension): string {
  switch (extension) {
    case '.dat':
      return paths.dat;
    case '.idx':
      return paths.idx;
    case '.vif':
      return paths.vif;
  }
}

/** A missing file was renamed before a crash. */
async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isMissingFile(error)) throw error;
  }
}
