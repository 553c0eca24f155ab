import {
  CURRENT_NEEDLE_VERSION,
  FormatError,
  formatReplicaPlacement,
  parseReplicaPlacement,
  parseTtl,
  type ReplicaPlacement,
  type Superblock,
  toNeedleVersion,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../limits.ts';
import type { DiskStatus, OpenedVolume, VolumeStore } from '../ports.ts';
import type { VolumeArrival } from '../transfer/transfer-ports.ts';
import { checkCollection } from './check-collection.ts';
import { Compaction } from './compact-volume.ts';
import { Volume, type VolumeOptions } from './volume.ts';

export interface AllocateVolumeRequest {
  readonly volumeId: number;
  readonly collection: string;
  /** Three digits or empty. */
  readonly replication: string;
  /** `5d`; empty for none. */
  readonly ttl: string;
  readonly diskType: string;
  /** Version of the needle records; the current one when absent. */
  readonly version?: number;
}

const NEVER = new AbortController().signal;

/** What changed about the mounted volumes; heartbeats tell the master at once. */
export type VolumeChange = { readonly kind: 'added' | 'removed' | 'changed'; readonly volume: Volume };

/** The mounted volumes of this server, and every way in which one comes, goes or changes its state. */
export class VolumeRegistry {
  readonly store: VolumeStore;
  readonly #options: VolumeOptions;
  readonly #volumes = new Map<number, Volume>();
  readonly #listeners = new Set<(change: VolumeChange) => void>();
  /** Compactions that are ready to be committed. */
  readonly #compactions = new Map<number, Compaction>();
  /** Volumes that are being created, mounted, unmounted or deleted right now. */
  readonly #changing = new Set<number>();
  /** Volumes that somebody has closed and whose files are still there. */
  readonly #closed = new Set<number>();

  constructor(store: VolumeStore, options: VolumeOptions, opened: readonly OpenedVolume[]) {
    this.store = store;
    this.#options = options;
    for (const volume of opened) this.#volumes.set(volume.volumeId, new Volume(volume, options));
  }

  get(volumeId: number): Volume | undefined {
    return this.#volumes.get(volumeId);
  }

  /** @throws VolumeError `volume-not-found` */
  require(volumeId: number): Volume {
    const volume = this.#volumes.get(volumeId);
    if (volume === undefined) throw new VolumeError('volume-not-found', `volume ${volumeId} not found`);
    return volume;
  }

  /** Not open here, although nobody has closed it, and nobody is making, opening, moving or removing it right now. */
  isLost(volumeId: number): boolean {
    return !this.#volumes.has(volumeId) && !this.#changing.has(volumeId) && !this.#closed.has(volumeId);
  }

  /** In ascending order of their ids. */
  list(): readonly Volume[] {
    return [...this.#volumes.values()].sort((a, b) => a.volumeId - b.volumeId);
  }

  /** Calls back on every change until the returned function is called. */
  onChange(listener: (change: VolumeChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws VolumeError `invalid-argument` (exists, bad collection, replication, ttl or version), `no-space`, `io-error` */
  async allocate(request: AllocateVolumeRequest): Promise<Volume> {
    const { volumeId, collection, diskType } = request;
    checkCollection(collection);
    if (this.#volumes.has(volumeId)) throw new VolumeError('invalid-argument', `Volume Id ${volumeId} already exists!`);
    const superblock = toSuperblock(request);
    if (this.#volumes.size >= LIMITS.volumes) throw new VolumeError('no-space', 'No more free space left');
    return this.#exclusively(volumeId, async () =>
      this.#add(await this.store.createVolume({ volumeId, collection, superblock, diskType })),
    );
  }

  /** Opens a volume whose files are there. One that is mounted already stays as it is. */
  async mount(volumeId: number): Promise<Volume> {
    const mounted = this.#volumes.get(volumeId);
    if (mounted !== undefined) return mounted;
    return this.#exclusively(volumeId, async () => this.#add(await this.store.openVolume(volumeId)));
  }

  /** Opens the volumes whose files have come since the start. Those that are refused are told of by the store. */
  async mountNew(): Promise<void> {
    for (const volumeId of await this.store.listVolumeIds()) {
      if (this.#volumes.has(volumeId)) continue;
      await this.mount(volumeId).catch(() => undefined);
    }
  }

  /** Closes a volume and keeps its files. A missing one is no error. */
  async unmount(volumeId: number): Promise<void> {
    const volume = this.#volumes.get(volumeId);
    if (volume === undefined) return;
    await this.#exclusively(volumeId, async () => {
      await this.#remove(volume);
      this.#closed.add(volumeId);
    });
  }

  /** Closes a volume and removes its files. @throws VolumeError `volume-not-found`, `invalid-argument` when it is not empty */
  async delete(volumeId: number, onlyEmpty: boolean): Promise<void> {
    const volume = this.#volumes.get(volumeId);
    if (volume === undefined) throw new VolumeError('volume-not-found', `delete volume ${volumeId} not found on disk`);
    await this.#exclusively(volumeId, async () => {
      // What is under way may be the first needle; what comes after it waits, and learns what became of the volume.
      await volume.queue.pause();
      try {
        if (onlyEmpty && holdsNeedles(volume)) throw new VolumeError('invalid-argument', 'volume not empty');
        await this.#remove(volume);
      } finally {
        volume.queue.resume();
      }
      await this.store.deleteVolume(volume.opened);
    });
  }

  /**
   * Puts a volume that arrives from elsewhere in the place of the one that is here, if one is. Until it has arrived whole the old one
   * goes on. Yields what `arrive` yields.
   * @throws VolumeError `overloaded` when the volume is being changed, and everything of `arrive`
   */
  async *replaceBy(
    volumeId: number,
    arrive: () => AsyncGenerator<number, VolumeArrival>,
  ): AsyncGenerator<number, void> {
    if (this.#changing.has(volumeId)) throw busyVolume(volumeId);
    this.#changing.add(volumeId);
    try {
      const arrival = yield* arrive();
      const old = this.#volumes.get(volumeId);
      if (old !== undefined) await this.#remove(old);
      try {
        await arrival.commit();
      } catch (error) {
        await arrival.discard().catch(() => undefined);
        if (old !== undefined) this.#add(await this.store.openVolume(volumeId));
        throw error;
      }
      this.#add(await this.store.openVolume(volumeId));
    } finally {
      this.#changing.delete(volumeId);
    }
  }

  /** Opens volumes of these ids that are not open; those that still cannot be are left as they are. */
  async mountRest(volumeIds: readonly number[]): Promise<void> {
    for (const volumeId of volumeIds) {
      if (this.#volumes.has(volumeId) || this.#changing.has(volumeId)) continue;
      await this.mount(volumeId).catch(() => undefined);
    }
  }

  /** Lets nothing else change the volume while `change` is under way, and tells of it afterwards. */
  async whileHeld(volumeId: number, change: () => Promise<void>): Promise<void> {
    const volume = this.require(volumeId);
    await this.#exclusively(volumeId, change);
    this.#tell({ kind: 'changed', volume });
  }

  /** Turns writing off. `persist` keeps it so over a restart. */
  async markReadOnly(volumeId: number, persist: boolean): Promise<void> {
    const volume = this.require(volumeId);
    volume.apply('mark-read-only');
    if (persist) await this.#saveReadOnly(volume, true);
    this.#tell({ kind: 'changed', volume });
  }

  /** Turns writing on again. @throws VolumeError `read-only` when damage or a disk error forbids it */
  async markWritable(volumeId: number): Promise<void> {
    const volume = this.require(volumeId);
    volume.apply('mark-writable');
    const refusal = volume.refusal();
    if (refusal !== undefined) throw refusal;
    if (volume.opened.info.readOnly) await this.#saveReadOnly(volume, false);
    this.#tell({ kind: 'changed', volume });
  }

  /** Lets volumes rest whose disk runs full or hangs, and go on, as those that met a full disk, when it is well again. */
  followDisks(disks: readonly DiskStatus[]): void {
    for (const volume of this.#volumes.values()) {
      const disk = disks.find(({ path }) => path === volume.opened.directoryPath);
      if (disk === undefined) continue;
      const suspension = disk.problem !== undefined ? 'disk-hung' : disk.isLow ? 'disk-low' : undefined;
      if (volume.suspend(suspension)) this.#tell({ kind: 'changed', volume });
      if (volume.state !== 'disk-full' || suspension !== undefined) continue;
      if (disk.freeBytes < LIMITS.freeBytesToResume) continue;
      if (volume.opened.log.retry()) volume.apply('mark-writable');
    }
  }

  /** Changes how many copies are wanted and where; kept in the `.vif`. @throws VolumeError `volume-not-found`, `io-error` */
  async setReplication(volumeId: number, placement: ReplicaPlacement): Promise<void> {
    const volume = this.require(volumeId);
    const info = { ...volume.opened.info, replication: formatReplicaPlacement(placement) };
    await this.store.saveInfo(volume.opened, info);
    volume.setInfo(info);
    this.#tell({ kind: 'changed', volume });
  }

  /**
   * Copies the live needles of a volume to new files beside it, which `commitCompaction` takes into use. Yields the bytes looked at.
   * @throws VolumeError `volume-not-found`, `overloaded` when a compaction is under way, `io-error`
   */
  async *compact(volumeId: number, signal?: AbortSignal): AsyncGenerator<number> {
    const volume = this.require(volumeId);
    if (this.#changing.has(volumeId)) throw busyVolume(volumeId);
    this.#changing.add(volumeId);
    let compaction: Compaction | undefined;
    let finished = false;
    try {
      await this.discardCompaction(volumeId);
      compaction = await Compaction.begin(volume, this.store);
      yield* this.#paced(compaction.copy(signal), signal);
      finished = true;
    } finally {
      this.#changing.delete(volumeId);
      if (compaction !== undefined && finished) this.#compactions.set(volumeId, compaction);
      else await compaction?.discard();
    }
  }

  /** @throws VolumeError `invalid-argument` when nothing was compacted, `io-error` */
  async commitCompaction(volumeId: number): Promise<Volume> {
    const volume = this.require(volumeId);
    const compaction = this.#compactions.get(volumeId);
    if (compaction === undefined) throw new VolumeError('invalid-argument', `volume ${volumeId} was not compacted`);
    await this.#exclusively(volumeId, async () => {
      this.#compactions.delete(volumeId);
      await compaction.commit();
    });
    this.#tell({ kind: 'changed', volume });
    return volume;
  }

  /** Removes what a compaction wrote. None is no error. */
  async discardCompaction(volumeId: number): Promise<void> {
    const compaction = this.#compactions.get(volumeId);
    this.#compactions.delete(volumeId);
    await compaction?.discard();
  }

  /** Drains and closes all volumes. */
  async close(): Promise<void> {
    const volumes = [...this.#volumes.values()];
    this.#volumes.clear();
    for (const volumeId of [...this.#compactions.keys()]) await this.discardCompaction(volumeId);
    for (const volume of volumes) await volume.close();
    await this.store.close();
  }

  /** Keeps a compaction below the rate that the operator set. */
  async *#paced(steps: AsyncGenerator<number>, signal = NEVER): AsyncGenerator<number> {
    let paidBytes = 0;
    for await (const bytes of steps) {
      await this.#options.compactionPacer?.pass(bytes - paidBytes, signal);
      paidBytes = bytes;
      yield bytes;
    }
  }

  async #saveReadOnly(volume: Volume, readOnly: boolean): Promise<void> {
    const info = { ...volume.opened.info, readOnly };
    await this.store.saveInfo(volume.opened, info);
    volume.setInfo(info);
  }

  #add(opened: OpenedVolume): Volume {
    const volume = new Volume(opened, this.#options);
    this.#volumes.set(volume.volumeId, volume);
    this.#closed.delete(volume.volumeId);
    this.#tell({ kind: 'added', volume });
    return volume;
  }

  async #remove(volume: Volume): Promise<void> {
    await this.discardCompaction(volume.volumeId);
    this.#volumes.delete(volume.volumeId);
    this.#tell({ kind: 'removed', volume });
    await volume.close();
  }

  async #exclusively<T>(volumeId: number, change: () => Promise<T>): Promise<T> {
    if (this.#changing.has(volumeId)) {
      throw busyVolume(volumeId);
    }
    this.#changing.add(volumeId);
    try {
      return await change();
    } finally {
      this.#changing.delete(volumeId);
    }
  }

  #tell(change: VolumeChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** By its needles: the counters count deletions of nothing too, such as a compaction leaves behind. */
function holdsNeedles({ opened }: Volume): boolean {
  for (const [, { sizeBytes }] of opened.index.entries()) if (sizeBytes >= 0) return true;
  return false;
}

function busyVolume(volumeId: number): VolumeError {
  return new VolumeError('overloaded', `volume ${volumeId} is being changed by another request`);
}

function toSuperblock({ version, replication, ttl }: AllocateVolumeRequest): Superblock {
  try {
    return {
      version: toNeedleVersion(version ?? CURRENT_NEEDLE_VERSION),
      replicaPlacement: parseReplicaPlacement(replication),
      ttl: parseTtl(ttl),
      compactionRevision: 0,
      extra: new Uint8Array(0),
    };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const message =
      error.code === 'bad-version' ? `volume super block version ${version} is not supported` : error.message;
    throw new VolumeError('invalid-argument', message, { cause: error });
  }
}
