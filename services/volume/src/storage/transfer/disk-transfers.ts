import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { formatVolumeFileName, type VolumeFileName } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import {
  type ArrivalRequest,
  type IncomingFile,
  type IncomingFileRequest,
  type PlacedVolume,
  type SourceFile,
  VOLUME_FILE_EXTENSIONS,
  type VolumeArrival,
  type VolumeTransfers,
} from '../../core/transfer/transfer-ports.ts';
import type { DataDirectory } from '../data-directory.ts';
import { findIndexIn, sizeOf } from '../shards/find-shards.ts';
import { DiskIncomingFile } from './disk-incoming-file.ts';
import { DiskSourceFile } from './disk-source-file.ts';
import { adoptArrived, DiskVolumeArrival, STAGED_SUFFIX } from './volume-arrival.ts';

const SHARD_EXTENSION = /^\.ec\d{2,3}$/;

/** The files of all data directories as other servers fetch and send them. */
export class DiskTransfers implements VolumeTransfers {
  readonly #directories: readonly DataDirectory[];

  constructor(directories: readonly DataDirectory[]) {
    this.#directories = directories;
  }

  get directoryCount(): number {
    return this.#directories.length;
  }

  openFile(volume: PlacedVolume, extension: string): Promise<SourceFile | undefined> {
    return DiskSourceFile.open(this.#pathOf(volume, extension));
  }

  async openShardFile(name: VolumeFileName, extension: string): Promise<SourceFile | undefined> {
    const file = `${formatVolumeFileName(name)}${extension}`;
    for (const { path, indexPath } of this.#directories) {
      for (const folder of new Set([path, indexPath])) {
        const found = await DiskSourceFile.open(join(folder, file));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  async startArrival({ name, diskType, neededBytes }: ArrivalRequest): Promise<VolumeArrival> {
    const holder = await this.#holderOf(name, diskType);
    const directory = holder ?? (await this.#roomiest(diskType));
    if (directory === undefined || (await directory.status()).freeBytes <= neededBytes) {
      throw new VolumeError('no-space', `No more free space left ${diskType === '' ? 'hdd' : diskType}`);
    }
    return new DiskVolumeArrival(name, directory.placeOf(name).paths, () =>
      removeOtherVolumes(this.#directories, directory, name),
    );
  }

  receiveFile(volume: PlacedVolume, extension: string): Promise<IncomingFile> {
    return DiskIncomingFile.create(this.#pathOf(volume, extension));
  }

  async receiveShardFile({ name, extension }: IncomingFileRequest, diskId: number): Promise<IncomingFile> {
    const directory = diskId > 0 ? this.#directories[diskId] : await this.#shardDirectory(name);
    if (directory === undefined) throw new VolumeError('no-space', 'no storage location available');
    return DiskIncomingFile.create(join(directory.path, `${formatVolumeFileName(name)}${extension}`));
  }

  async receiveStagedFile(
    { name, extension }: IncomingFileRequest,
    diskType: string,
  ): Promise<IncomingFile | undefined> {
    for (const directory of this.#directories) {
      if (directory.diskType !== diskType || (await directory.freeSlots()) <= 0) continue;
      if (await holdsShardsOf(directory, name)) continue;
      return DiskIncomingFile.create(join(directory.path, `${formatVolumeFileName(name)}${extension}${STAGED_SUFFIX}`));
    }
    return undefined;
  }

  async adoptStaged(name: VolumeFileName, diskType: string): Promise<void> {
    const base = formatVolumeFileName(name);
    for (const directory of this.#directories) {
      if (directory.diskType !== diskType) continue;
      const staged = (await readdir(directory.path)).filter((file) => file.endsWith(STAGED_SUFFIX));
      if (!staged.includes(`${base}.dat${STAGED_SUFFIX}`)) continue;
      for (const extension of VOLUME_FILE_EXTENSIONS) {
        if (staged.includes(`${base}${extension}${STAGED_SUFFIX}`)) continue;
        throw new VolumeError(
          'volume-not-found',
          `staged volume ${name.volumeId} missing ${extension}${STAGED_SUFFIX}`,
        );
      }
      const { paths } = directory.placeOf(name);
      await rename(join(directory.path, `${base}.idx${STAGED_SUFFIX}`), `${paths.idx}${STAGED_SUFFIX}`);
      await adoptArrived(paths);
      return;
    }
    const disks = diskType === '' ? 'hdd' : diskType;
    throw new VolumeError(
      'volume-not-found',
      `staged volume ${name.volumeId}: no .dat.copying found on a ${disks} disk`,
    );
  }

  #pathOf({ volumeId, collection, directoryPath }: PlacedVolume, extension: string): string {
    const directory = this.#directories.find(({ path }) => path === directoryPath);
    if (directory === undefined) throw new Error(`no data directory ${directoryPath}`);
    const name = { volumeId, collection };
    if (extension === '.idx') return directory.placeOf(name).paths.idx;
    return join(directoryPath, `${formatVolumeFileName(name)}${extension}`);
  }

  /** The directory that holds the volume now: no second slot is needed there. */
  async #holderOf(name: VolumeFileName, diskType: string): Promise<DataDirectory | undefined> {
    for (const directory of this.#directories) {
      if (directory.diskType !== diskType) continue;
      if ((await directory.listVolumes()).some(({ volumeId }) => volumeId === name.volumeId)) return directory;
    }
    return undefined;
  }

  async #roomiest(diskType: string): Promise<DataDirectory | undefined> {
    let best: { readonly directory: DataDirectory; readonly slots: number } | undefined;
    for (const directory of this.#directories) {
      if (directory.diskType !== diskType) continue;
      const slots = await directory.freeSlots();
      if (slots > (best?.slots ?? 0)) best = { directory, slots };
    }
    return best?.directory;
  }

  /** Where the index of the volume's shards lies already, else a hard disk with room, else any directory with room. */
  async #shardDirectory(name: VolumeFileName): Promise<DataDirectory | undefined> {
    for (const directory of this.#directories) {
      const index = await findIndexIn(directory, name);
      if (index !== undefined && (await sizeOf(index)) !== 0) return directory;
    }
    return (await this.#roomiest('')) ?? this.#directories[0];
  }
}

/** Removes volumes of the same id that lie elsewhere or under another collection. */
export async function removeOtherVolumes(
  directories: readonly DataDirectory[],
  kept: DataDirectory,
  name: VolumeFileName,
): Promise<void> {
  for (const directory of directories) {
    for (const found of await directory.listVolumes()) {
      if (found.volumeId !== name.volumeId) continue;
      if (directory === kept && found.collection === name.collection) continue;
      await directory.removeVolume(found);
    }
  }
}

async function holdsShardsOf(directory: DataDirectory, name: VolumeFileName): Promise<boolean> {
  const prefix = formatVolumeFileName(name);
  return (await readdir(directory.path)).some((file) => {
    if (!file.startsWith(prefix)) return false;
    const extension = file.slice(prefix.length);
    return extension === '.ecx' || SHARD_EXTENSION.test(extension);
  });
}
