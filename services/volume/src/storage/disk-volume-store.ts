import { dirname } from 'node:path';
import type { OffsetWidth, VolumeFileName, VolumeInfo } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../core/limits.ts';
import type { CompactionFiles, CreateVolumeRequest, DiskStatus, OpenedVolume, VolumeStore } from '../core/ports.ts';
import { DiskCompactionFiles } from './compaction-files.ts';
import { DataDirectory, type DataDirectoryOptions } from './data-directory.ts';
import { linkIfNew, removeFiles, syncDirectory } from './files/durable-files.ts';
import { WatchedFiles } from './files/watched-files.ts';
import { moveIndex } from './index/move-index.ts';
import { MoveNoteFiles } from './move-note-files.ts';
import { type OpenVolumeContext, openVolume, type VolumePlace } from './open-volume.ts';
import { DiskTransfers } from './transfer/disk-transfers.ts';
import { settleArrivals } from './transfer/settle-arrivals.ts';

export interface DiskVolumeStoreOptions extends OpenVolumeContext {
  readonly directories: readonly DataDirectoryOptions[];
  /** Offset width of new volumes, where a directory has none whose width they could share. */
  readonly offsetWidth: OffsetWidth;
  readonly nowMs: () => number;
}

const WIDE_OFFSET = 5;
/** Ends the names of files that were replaced by a copy of another server's. */
const DAMAGED_SUFFIX = '.damaged';

type VolumeKey = Pick<OpenedVolume, 'volumeId' | 'collection' | 'directoryPath'>;

/** All volumes on the disks of this server. */
export class DiskVolumeStore implements VolumeStore {
  /** Directories of a build with offsets of five bytes: what SeaweedFS runs there reads nothing else. */
  readonly #wideDirectories = new Set<string>();
  readonly #options: DiskVolumeStoreOptions;
  readonly directories: readonly DataDirectory[];
  readonly transfers: DiskTransfers;
  readonly moveNotes: MoveNoteFiles;

  private constructor(options: DiskVolumeStoreOptions, directories: readonly DataDirectory[]) {
    this.#options = options;
    this.directories = directories;
    this.transfers = new DiskTransfers(directories);
    this.moveNotes = new MoveNoteFiles(directories.map(({ path }) => path));
  }

  /** Takes all directories or none. @throws VolumeError `io-error` */
  static async open(options: DiskVolumeStoreOptions): Promise<DiskVolumeStore> {
    const directories: DataDirectory[] = [];
    try {
      for (const [diskId, directory] of options.directories.entries()) {
        const files = new WatchedFiles(options.files, () => performance.now(), LIMITS.hungDiskMs);
        directories.push(await DataDirectory.open(directory, diskId, files));
      }
    } catch (error) {
      for (const directory of directories) directory.close();
      throw error;
    }
    return new DiskVolumeStore(options, directories);
  }

  get directoryUuids(): readonly string[] {
    return this.directories.map(({ uuid }) => uuid);
  }

  /** Opens every volume that can be opened; tells of the others and leaves their files alone. */
  async openAll(): Promise<readonly OpenedVolume[]> {
    const opened = new Map<number, OpenedVolume>();
    await settleArrivals(this.directories);
    for (const directory of this.directories) {
      for (const name of await directory.listVolumes()) {
        const place = directory.placeOf(name);
        try {
          if (opened.has(name.volumeId))
            throw new VolumeError('io-error', `volume ${name.volumeId} is open from elsewhere`);
          opened.set(name.volumeId, await this.#open(directory, place));
        } catch (error) {
          if (!(error instanceof VolumeError)) throw error;
          this.#options.events.volumeRefused(place.paths.dat, error);
        }
      }
    }
    return [...opened.values()];
  }

  async listVolumeIds(): Promise<readonly number[]> {
    const ids: number[] = [];
    for (const directory of this.directories) {
      for (const { volumeId } of await directory.listVolumes()) ids.push(volumeId);
    }
    return ids;
  }

  async listLostVolumeIds(): Promise<readonly number[]> {
    const lost: number[] = [];
    for (const directory of this.directories) {
      for (const { volumeId } of await directory.listLostVolumes()) lost.push(volumeId);
    }
    return lost;
  }

  async keepAside(volumeId: number): Promise<void> {
    const found = await this.#find(volumeId);
    if (found === undefined) return;
    const { dat, idx } = found.place.paths;
    for (const path of [dat, idx]) await linkIfNew(path, `${path}${DAMAGED_SUFFIX}`);
    for (const path of [dat, idx]) await syncDirectory(dirname(path));
  }

  async openVolume(volumeId: number): Promise<OpenedVolume> {
    const found = await this.#find(volumeId);
    if (found === undefined) throw new VolumeError('volume-not-found', `volume ${volumeId} not found on disk`);
    return this.#open(found.directory, found.place);
  }

  async createVolume(request: CreateVolumeRequest): Promise<OpenedVolume> {
    const { volumeId, collection, superblock, diskType } = request;
    if ((await this.#find(volumeId)) !== undefined) {
      throw new VolumeError('invalid-argument', `Volume Id ${volumeId} already exists!`);
    }
    const directory = await this.#chooseDirectory(diskType);
    const { nowMs } = this.#options;
    const offsetWidth = this.#wideDirectories.has(directory.path) ? WIDE_OFFSET : this.#options.offsetWidth;
    return this.#open(
      directory,
      await directory.createFiles({ volumeId, collection }, superblock, offsetWidth, nowMs()),
    );
  }

  moveIndex(volume: VolumeKey): Promise<boolean> {
    const { path, indexPath } = this.#directoryOf(volume);
    return moveIndex(path, indexPath, nameOf(volume));
  }

  async removeData(volume: VolumeKey): Promise<void> {
    const { dat } = this.#directoryOf(volume).placeOf(nameOf(volume)).paths;
    await removeFiles([dat]);
    await syncDirectory(dirname(dat));
  }

  async deleteVolume(volume: VolumeKey): Promise<void> {
    await this.#directoryOf(volume).removeVolume(nameOf(volume));
  }

  startCompaction(volume: OpenedVolume): Promise<CompactionFiles> {
    const directory = this.#directoryOf(volume);
    return DiskCompactionFiles.create(directory.files, directory.placeOf(nameOf(volume)).paths, volume);
  }

  async saveInfo(volume: VolumeKey, info: VolumeInfo): Promise<void> {
    await this.#directoryOf(volume).saveInfo(nameOf(volume), info);
  }

  diskStatuses(): Promise<readonly DiskStatus[]> {
    return Promise.all(this.directories.map((directory) => directory.status()));
  }

  async close(): Promise<void> {
    for (const directory of this.directories) directory.close();
  }

  /** The directory of this disk type with the most room for volumes. */
  async #chooseDirectory(diskType: string): Promise<DataDirectory> {
    let best: { readonly directory: DataDirectory; readonly room: number } | undefined;
    for (const directory of this.directories) {
      if (directory.diskType !== diskType) continue;
      const room = await directory.freeSlots();
      if (room > 0 && room > (best?.room ?? 0)) best = { directory, room };
    }
    if (best === undefined) throw new VolumeError('no-space', 'No more free space left');
    return best.directory;
  }

  async #open(directory: DataDirectory, place: VolumePlace): Promise<OpenedVolume> {
    const opened = await openVolume(
      { ...this.#options, files: directory.files, cachedRecords: directory.cachedRecords },
      place,
    );
    if (opened.offsetWidth === WIDE_OFFSET) this.#wideDirectories.add(directory.path);
    return opened;
  }

  async #find(
    volumeId: number,
  ): Promise<{ readonly directory: DataDirectory; readonly place: VolumePlace } | undefined> {
    for (const directory of this.directories) {
      const name = (await directory.listVolumes()).find((candidate) => candidate.volumeId === volumeId);
      if (name !== undefined) return { directory, place: directory.placeOf(name) };
    }
    return undefined;
  }

  #directoryOf(volume: VolumeKey): DataDirectory {
    const directory = this.directories.find(({ path }) => path === volume.directoryPath);
    if (directory === undefined) throw new Error(`no data directory ${volume.directoryPath}`);
    return directory;
  }
}

function nameOf({ volumeId, collection }: VolumeKey): VolumeFileName {
  return { volumeId, collection };
}
