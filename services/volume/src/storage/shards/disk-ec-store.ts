import { type ShardRatio, shardRatioOf } from '@needlestack/erasure-coding';
import { formatVolumeFileName, type VolumeFileName } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type {
  DecodeRequest,
  EcStore,
  EncodeRequest,
  ExpectedShard,
  OpenedShard,
  ShardArrival,
  ShardVerdict,
  SharedShardFiles,
} from '../../core/shards/ec-ports.ts';
import type { IncomingFile } from '../../core/transfer/transfer-ports.ts';
import { call, OPEN_READ_ONLY } from '../files/file-system.ts';
import { restoreVolume } from '../restore-volume.ts';
import { DiskIncomingFile } from '../transfer/disk-incoming-file.ts';
import { VolumeFile } from '../volume-file.ts';
import { DeletionJournalFiles, foldJournals, type JournalPlace } from './deletion-journal-files.ts';
import { type EcDirectory, INDEX_EXTENSION, JOURNAL_EXTENSION, shardPath } from './ec-paths.ts';
import type { EcStoreContext } from './ec-store-context.ts';
import { encodeVolume } from './encode-volume.ts';
import { readEncodeTs, readInfoIn, toEncodedInfo } from './encoded-volume-info.ts';
import { findIndexIn, findShardSet, findShardSets, sizeOf } from './find-shards.ts';
import { removeShards, tearDownShards } from './remove-shards.ts';
import { findLocalShards, restoreShards } from './restore-shards.ts';
import { removeShardLeftovers, settleShards } from './settle-shards.ts';
import { DiskShardArrival } from './shard-arrival.ts';
import { readShardChecksums } from './shard-checksum-file.ts';
import { ShardIndexFile } from './shard-index-file.ts';
import { verifyShards } from './verify-shards.ts';

/** The shards in all data directories. */
export class DiskEcStore implements EcStore {
  readonly #context: EcStoreContext;

  constructor(context: EcStoreContext) {
    this.#context = context;
  }

  get directoryCount(): number {
    return this.#context.directories.length;
  }

  /** To be called before plain volumes are opened: a stub of a volume hides its shards. */
  removeLeftovers(): Promise<void> {
    return removeShardLeftovers(this.#context);
  }

  settle(): Promise<void> {
    return settleShards(this.#context);
  }

  async shardIdsOf(name: VolumeFileName): Promise<readonly number[]> {
    const shardIds = new Set<number>();
    for (const directory of this.#context.directories) {
      for (const shardId of (await findShardSet(directory, name)).shards.keys()) shardIds.add(shardId);
    }
    return [...shardIds].sort((a, b) => a - b);
  }

  async openAll(): Promise<readonly OpenedShard[]> {
    const opened: OpenedShard[] = [];
    for (const directory of this.#context.directories) {
      for (const { name, shards } of await findShardSets(directory)) {
        for (const shardId of shards.keys()) {
          try {
            if ((await this.#findIndex(name, directory)) === undefined) continue;
            opened.push(await this.#open(directory, name, shardId));
          } catch (error) {
            if (!(error instanceof Error)) throw error;
            this.#context.events.shardsRefused(shardPath(directory, name, shardId), error);
          }
        }
      }
    }
    return opened;
  }

  async openShard(name: VolumeFileName, shardId: number): Promise<OpenedShard> {
    const where = `MountEcShards ${name.volumeId}.${shardId}`;
    if ((await this.#findIndex(name)) === undefined) {
      throw new VolumeError('volume-not-found', `${where}: no .ecx index found on any local disk, not found`);
    }
    for (const directory of this.#context.directories) {
      if ((await sizeOf(shardPath(directory, name, shardId))) === undefined) continue;
      return this.#open(directory, name, shardId);
    }
    throw new VolumeError('volume-not-found', `${where} not found on disk`);
  }

  async openShared(name: VolumeFileName, diskId: number): Promise<SharedShardFiles> {
    const index = await this.#findIndex(name, this.#directory(diskId));
    if (index === undefined) throw new VolumeError('volume-not-found', `ec volume ${name.volumeId} has no index`);
    const { files, onStep } = this.#context;
    const width = (await this.#readInfo(name))?.bytesOffset ?? 0;
    const opened = await ShardIndexFile.open(files, index, width);
    const journal = new DeletionJournalFiles(files, opened.width, onStep);
    const encodeTsNs = await this.#encodeTsAt(name, this.#directory(diskId));
    const addDisk = async (id: number): Promise<void> => {
      const place = await this.#journalPlace(this.#directory(id), name);
      // Deletions from another encoding may be of needles that were written again since.
      const isSame = (await this.#encodeTsAt(name, this.#directory(id))) === encodeTsNs;
      if (place !== undefined && isSame) await journal.add(place);
    };
    await journal.add({ indexPath: index, journalPath: journalBeside(index) });
    for (const { diskId: id } of this.#context.directories) await addDisk(id);
    return { index: opened, journal, addDisk };
  }

  async readRatio(name: VolumeFileName): Promise<ShardRatio | undefined> {
    const config = (await this.#readInfo(name))?.ecShardConfig;
    return config === undefined ? undefined : shardRatioOf(config);
  }

  encode(request: EncodeRequest, signal?: AbortSignal): Promise<void> {
    return encodeVolume(this.#context, this.#directory(request.volume.diskId), request, signal);
  }

  rebuild(name: VolumeFileName, ignoresChecksums: boolean, signal?: AbortSignal): Promise<readonly number[]> {
    return restoreShards(this.#context, name, ignoresChecksums, signal);
  }

  async expectShard(name: VolumeFileName, ratio: ShardRatio, shardId: number): Promise<ExpectedShard | undefined> {
    const { state, file } = await readShardChecksums(this.#context.directories, name, ratio);
    if (state === 'invalid') {
      throw new VolumeError('io-error', `the checksums of the shards of volume ${name.volumeId} are damaged`);
    }
    const shard = file?.shards.find((candidate) => candidate.shardId === shardId);
    if (file === undefined || shard === undefined) return undefined;
    return { shardBytes: shard.shardBytes, blockBytes: file.blockBytes, checksums: shard.checksums };
  }

  async replaceShard(name: VolumeFileName, shardId: number): Promise<IncomingFile> {
    const local = await findLocalShards(this.#context, name);
    if (local === undefined) throw new VolumeError('volume-not-found', `ec volume ${name.volumeId} is not here`);
    const directory = local.places.get(shardId)?.directory ?? local.home;
    return DiskIncomingFile.create(shardPath(directory, name, shardId));
  }

  async foldJournals(name: VolumeFileName): Promise<void> {
    const { files, onStep } = this.#context;
    const width = (await this.#readInfo(name))?.bytesOffset ?? 0;
    const places: JournalPlace[] = [];
    const journal = new DeletionJournalFiles(files, width, onStep);
    for (const directory of (await findLocalShards(this.#context, name))?.directories ?? []) {
      const place = await this.#journalPlace(directory, name);
      if (place === undefined) continue;
      places.push(place);
      await journal.add(place);
    }
    await foldJournals(files, places, journal.ids, width, onStep);
  }

  async startArrival(name: VolumeFileName, diskId: number, preferredDiskId: number | undefined): Promise<ShardArrival> {
    const { directories, onStep } = this.#context;
    if (diskId > 0 && directories[diskId] === undefined) {
      throw new VolumeError('invalid-argument', `invalid disk_id ${diskId}: only have ${directories.length} disks`);
    }
    const directory = diskId > 0 ? directories[diskId] : await this.#chooseDirectory(name, preferredDiskId);
    if (directory === undefined) throw new VolumeError('no-space', 'no space left');
    return new DiskShardArrival(directory, name, onStep);
  }

  deleteShards(name: VolumeFileName, shardIds: readonly number[]): Promise<void> {
    return removeShards(this.#context, name, shardIds);
  }

  async disksOlderThan(name: VolumeFileName, encodeTsNs: bigint): Promise<readonly number[]> {
    const older: number[] = [];
    for (const directory of this.#context.directories) {
      const foundTsNs = encodeTsNs === 0n ? 0n : await readEncodeTs(directory, name);
      if (encodeTsNs === 0n || (foundTsNs !== 0n && foundTsNs < encodeTsNs)) older.push(directory.diskId);
    }
    return older;
  }

  async tearDown(name: VolumeFileName, diskIds: readonly number[]): Promise<void> {
    for (const diskId of diskIds) await tearDownShards(this.#directory(diskId), name);
  }

  decode(request: DecodeRequest, signal?: AbortSignal): Promise<void> {
    return restoreVolume(this.#context, this.#directory(request.diskId), request, signal);
  }

  verify(
    name: VolumeFileName,
    diskIds: readonly number[],
    ratio: ShardRatio,
    signal?: AbortSignal,
    bytesPerSecond = 0,
  ): Promise<ShardVerdict> {
    const directories = diskIds.map((diskId) => this.#directory(diskId));
    return verifyShards(directories, { name, ratio, bytesPerSecond }, signal);
  }

  async disksWithoutIndex(
    volumeId: number | undefined,
  ): Promise<readonly { readonly name: VolumeFileName; readonly diskId: number }[]> {
    const found = new Map<string, { readonly name: VolumeFileName; readonly diskId: number }>();
    for (const directory of this.#context.directories) {
      for (const { name, shards } of await findShardSets(directory)) {
        if (shards.size === 0 || (volumeId !== undefined && name.volumeId !== volumeId)) continue;
        const key = formatVolumeFileName(name);
        if (found.has(key) || (await this.#findIndex(name)) !== undefined) continue;
        found.set(key, { name, diskId: directory.diskId });
      }
    }
    return [...found.values()];
  }

  async #open(directory: EcDirectory, name: VolumeFileName, shardId: number): Promise<OpenedShard> {
    const { files } = directory;
    const info = (await readInfoIn(directory, name)) ?? (await this.#readInfo(name));
    const handle = await call<number>((done) => files.open(shardPath(directory, name, shardId), OPEN_READ_ONLY, done));
    const { size } = await call<{ readonly size: number }>((done) => files.fstat(handle, done));
    const file = new VolumeFile(files, handle, size);
    const { diskId, diskType } = directory;
    return { name, shardId, diskId, diskType, info: toEncodedInfo(info), file };
  }

  /** The index of a directory, else that of any other; one of no bytes only when there is no better one. */
  async #findIndex(name: VolumeFileName, first?: EcDirectory): Promise<string | undefined> {
    const { directories } = this.#context;
    let empty: string | undefined;
    for (const directory of first === undefined ? directories : [first, ...directories]) {
      const index = await findIndexIn(directory, name);
      if (index === undefined) continue;
      if ((await sizeOf(index)) !== 0) return index;
      empty ??= index;
    }
    return empty;
  }

  /** When the shards of a disk were encoded; what other disks say counts where it says nothing. */
  async #encodeTsAt(name: VolumeFileName, directory: EcDirectory): Promise<bigint> {
    const info = (await readInfoIn(directory, name)) ?? (await this.#readInfo(name));
    return info?.ecShardConfig?.encodeTsNs ?? 0n;
  }

  async #readInfo(name: VolumeFileName) {
    for (const directory of this.#context.directories) {
      const info = await readInfoIn(directory, name);
      if (info !== undefined) return info;
    }
    return undefined;
  }

  async #journalPlace(directory: EcDirectory, name: VolumeFileName): Promise<JournalPlace | undefined> {
    const indexPath = await findIndexIn(directory, name);
    return indexPath === undefined ? undefined : { indexPath, journalPath: journalBeside(indexPath) };
  }

  /** Where shards of the volume are mounted, else where its index lies, else the hard disk with the most room, else any. */
  async #chooseDirectory(name: VolumeFileName, mountedDiskId: number | undefined): Promise<EcDirectory | undefined> {
    const { directories, roomOf } = this.#context;
    let best: { readonly directory: EcDirectory; readonly rank: number; readonly room: number } | undefined;
    for (const directory of directories) {
      const room = await roomOf(directory.diskId);
      if (room <= 0) continue;
      const index = await findIndexIn(directory, name);
      const hasIndex = index !== undefined && (await sizeOf(index)) !== 0;
      const rank = directory.diskId === mountedDiskId ? 3 : hasIndex ? 2 : directory.diskType === '' ? 1 : 0;
      if (best === undefined || rank > best.rank || (rank === best.rank && room > best.room)) {
        best = { directory, rank, room };
      }
    }
    return best?.directory;
  }

  #directory(diskId: number): EcDirectory {
    const directory = this.#context.directories[diskId];
    if (directory === undefined) throw new Error(`there is no disk ${diskId}`);
    return directory;
  }
}

function journalBeside(indexPath: string): string {
  return indexPath.slice(0, -INDEX_EXTENSION.length) + JOURNAL_EXTENSION;
}
