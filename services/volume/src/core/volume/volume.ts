import {
  formatReplicaPlacement,
  parseReplicaPlacement,
  type ReplicaPlacement,
  replicaCopies,
  type VolumeInfo,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { AppendOperation } from '../append/append-operation.ts';
import { AppendQueue, type AppendQueueOwner, type FsyncMode, type VolumeChangeKind } from '../append/append-queue.ts';
import { classifyDamage } from '../needles/classify-damage.ts';
import type { Clock, OpenedVolume, VolumeCounters, VolumeEvents } from '../ports.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';
import { isFullDisk } from './full-disk.ts';
import { countDelete, countWrite } from './volume-counters.ts';
import { nextVolumeState, type ReadOnlyReason, type VolumeState, type VolumeStateEvent } from './volume-state.ts';

export interface VolumeOptions {
  readonly fsync: FsyncMode;
  readonly clock: Clock;
  readonly events: VolumeEvents;
  /** Keeps compactions below a rate; without it they are as fast as the disk. */
  readonly compactionPacer?: BytePacer;
}

/** Why a volume rests although nothing is wrong with it: its disk has too little room, or does not answer. */
export type VolumeSuspension = 'disk-low' | 'disk-hung';

/** One mounted volume: its files, its state, and the queue through which every change goes. */
export class Volume implements AppendQueueOwner {
  #opened: OpenedVolume;
  readonly queue: AppendQueue;
  readonly clock: Clock;
  #replicaPlacement: ReplicaPlacement;
  readonly #events: VolumeEvents;
  #state: VolumeState;
  #suspension: VolumeSuspension | undefined;
  #modifiedAtMs: number;
  #forgottenBeforeNs: bigint | undefined;
  /** All copies had the same needles at this time; undefined when that is not known. */
  agreedAtNs: bigint | undefined;

  constructor(opened: OpenedVolume, options: VolumeOptions) {
    this.#opened = opened;
    this.clock = options.clock;
    this.#events = options.events;
    this.#state = initialStateOf(opened);
    this.#modifiedAtMs = opened.modifiedAtMs;
    this.#replicaPlacement = placementOf(opened);
    this.queue = new AppendQueue(opened, this, options.clock, options.fsync);
  }

  /** The files as they are now; a compaction replaces them. */
  get opened(): OpenedVolume {
    return this.#opened;
  }

  get volumeId(): number {
    return this.opened.volumeId;
  }

  get collection(): string {
    return this.opened.collection;
  }

  get state(): VolumeState {
    return this.#state;
  }

  get isWritable(): boolean {
    return this.#state === 'writable' && this.#suspension === undefined;
  }

  get suspension(): VolumeSuspension | undefined {
    return this.#suspension;
  }

  /** Keeps writes away until it is called with nothing. Returns whether that is new. */
  suspend(reason: VolumeSuspension | undefined): boolean {
    if (this.#suspension === reason) return false;
    this.#suspension = reason;
    if (reason !== undefined && this.#state === 'writable') {
      this.#events.volumeTurnedReadOnly(this.volumeId, reason, undefined);
    }
    return true;
  }

  get replicaPlacement(): ReplicaPlacement {
    return this.#replicaPlacement;
  }

  get copies(): number {
    return replicaCopies(this.replicaPlacement);
  }

  get replication(): string {
    return formatReplicaPlacement(this.replicaPlacement);
  }

  get counters(): Readonly<VolumeCounters> {
    return this.opened.counters;
  }

  get modifiedAtMs(): number {
    return this.#modifiedAtMs;
  }

  /**
   * Deletions from before this time may be in no row any more, because a compaction left them out; 0 when all are remembered. After a
   * restart only the age of the file tells.
   */
  get deletionsForgottenBeforeNs(): bigint {
    const { superblock, createdAtMs } = this.#opened;
    if (superblock.compactionRevision === 0) return 0n;
    if (this.#forgottenBeforeNs !== undefined) return this.#forgottenBeforeNs;
    return createdAtMs > 0 ? BigInt(Math.ceil(createdAtMs)) * 1_000_000n : this.clock.nowNs();
  }

  /** A compaction has left out deletions from before this time. */
  forgetDeletionsBefore(timeNs: bigint): void {
    this.#forgottenBeforeNs = timeNs;
  }

  /** A read of a needle has failed on its record. */
  noteDamage(key: bigint, error: unknown): void {
    if (!(error instanceof VolumeError) || error.code !== 'checksum-mismatch') return;
    this.#events.needleDamaged(this.volumeId, key, classifyDamage(error, this.opened.offsetWidth));
  }

  /** A needle was read without what lies beside its data. */
  noteUnreadableSections(key: bigint): void {
    this.#events.sectionsUnreadable(this.volumeId, key);
  }

  /** Takes over what the info file says now. */
  setInfo(info: VolumeInfo): void {
    this.#opened = { ...this.#opened, info };
    this.#replicaPlacement = placementOf(this.#opened);
  }

  /** Moves the state on, and tells when the volume has ceased to be writable. Returns the new state. */
  apply(event: VolumeStateEvent, cause?: Error): VolumeState {
    const before = this.#state;
    this.#state = nextVolumeState(before, event);
    if (before === 'writable' && this.#state !== 'writable' && this.#state !== 'closed') {
      this.#events.volumeTurnedReadOnly(this.volumeId, this.#state, cause);
    }
    return this.#state;
  }

  /** Why the volume takes no such change now. A disk that runs full still takes deletions: they are what may help. */
  refusal(change: VolumeChangeKind = 'write'): VolumeError | undefined {
    const isTieredDelete = this.#state === 'tiered' && change === 'delete';
    if (this.#state !== 'writable' && !isTieredDelete) return refusalFor(this.volumeId, this.#state);
    switch (this.#suspension) {
      case undefined:
        return undefined;
      case 'disk-hung':
        return new VolumeError('io-error', `the disk of volume ${this.volumeId} does not answer`);
      case 'disk-low':
        return change === 'delete' ? undefined : refusalFor(this.volumeId, 'disk-full');
    }
  }

  batchAppended(records: number, lengthBytes: number, seconds: number): void {
    this.#events.batchAppended(records, lengthBytes, seconds);
  }

  recordAppended(operation: AppendOperation, offsetBytes: number): void {
    const { index, counters } = this.opened;
    const { kind, needle, sizeBytes } = operation;
    const before = index.get(needle.id);
    const liveBytes = before !== undefined && before.sizeBytes >= 0 ? before.sizeBytes : undefined;
    if (kind === 'write') {
      index.put(needle.id, offsetBytes, sizeBytes);
      countWrite(counters, needle.id, sizeBytes, liveBytes);
    } else {
      // A deleted needle stays where it was, so that it can be read on request until the volume is opened anew.
      if (before !== undefined && liveBytes !== undefined) index.put(needle.id, before.offsetBytes, -liveBytes || -1);
      countDelete(counters, liveBytes);
    }
    this.#modifiedAtMs = this.clock.nowMs();
  }

  appendFailed(error: Error): VolumeError {
    const full = isFullDisk(error);
    this.apply(full ? 'append-hit-full-disk' : 'append-failed', error);
    return full
      ? new VolumeError('no-space', `no space left for volume ${this.volumeId}`, { cause: error })
      : new VolumeError('io-error', `append to volume ${this.volumeId} failed`, { cause: error });
  }

  /** Goes on with other files of the same volume. Call while the queue is paused; the old files are closed. */
  async replaceFiles(opened: OpenedVolume): Promise<void> {
    const old = this.#opened;
    this.#opened = opened;
    // Data that goes to another store, or comes back, changes what may be done with it.
    const isElsewhere = opened.remote !== undefined || this.#state === 'tiered';
    if (opened.damage !== undefined || isElsewhere) this.#state = initialStateOf(opened);
    this.queue.resume(opened);
    await old.log.close();
    await old.file.close();
  }

  /** Refuses further appends, lets those under way end, and closes the files. */
  async close(): Promise<void> {
    this.apply('close');
    await this.queue.drain();
    await this.opened.log.close();
    await this.opened.file.close();
  }
}

function initialStateOf({ damage, remote, info }: OpenedVolume): VolumeState {
  if (damage !== undefined) return 'damaged';
  if (remote !== undefined) return 'tiered';
  return info.readOnly ? 'marked' : 'writable';
}

/** The info file, when it names a placement, wins over the superblock. */
function placementOf({ info, superblock }: OpenedVolume): ReplicaPlacement {
  return info.replication === '' ? superblock.replicaPlacement : parseReplicaPlacement(info.replication);
}

function refusalFor(volumeId: number, reason: ReadOnlyReason): VolumeError {
  switch (reason) {
    case 'disk-full':
      return new VolumeError('no-space', `volume ${volumeId} is read only: no space left on its disk`);
    case 'io-error':
    case 'damaged':
      return new VolumeError('read-only', `volume ${volumeId} is read only: ${reason}`);
    case 'closed':
      return new VolumeError('shutting-down', `volume ${volumeId} is closed`);
    case 'marked':
    case 'tiered':
      return new VolumeError('read-only', `volume ${volumeId} is read only`);
  }
}
