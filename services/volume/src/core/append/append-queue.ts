import { type OffsetWidth, recordBytes, volumeBytesMax } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../limits.ts';
import type { Clock, OpenedVolume } from '../ports.ts';
import type { AppendOperation } from './append-operation.ts';
import { BatchScratch, type PlannedBatch, planBatch } from './plan-batch.ts';

/*
 * One writer per volume. A batch is what arrived while the previous one was being written: no timer, so a lone write waits for
 * nobody and a crowd shares one sync.
 *
 * Invariants
 * V1 An operation is answered `onAppended` only after its record is on stable storage (unless the mode is `never`) and its index
 *    entry is in memory.
 * V2 A batch holds each needle id once, so what an operation expects can be checked against the index alone.
 * V3 After a failed append no further one is tried; everything that waits is refused, and the file is cut back to its last good end.
 * V4 Append times are strictly increasing.
 */

/**
 * When appends are synced: `group` one sync for each batch, `always` one for each record, `never` only on request.
 */
export const FSYNC_MODES = ['group', 'always', 'never'] as const;

export type FsyncMode = (typeof FSYNC_MODES)[number];

/** What is asked of a volume: its kinds are refused for different reasons. */
export type VolumeChangeKind = 'write' | 'delete';

/** What the queue tells its volume. */
export interface AppendQueueOwner {
  /** Undefined when appends of this kind are allowed, else why not. */
  refusal(change: VolumeChangeKind): VolumeError | undefined;
  /** A batch is durable, after so many seconds. */
  batchAppended(records: number, lengthBytes: number, seconds: number): void;
  /** The record of an operation is durable: index and counters follow. */
  recordAppended(operation: AppendOperation, offsetBytes: number): void;
  /** The disk refused. The owner turns read-only. */
  appendFailed(error: Error): VolumeError;
}

type QueuedVolume = Pick<
  OpenedVolume,
  'volumeId' | 'superblock' | 'offsetWidth' | 'file' | 'index' | 'log' | 'lastAppendAtNs'
>;

export class AppendQueue {
  #volume: QueuedVolume;
  readonly #owner: AppendQueueOwner;
  readonly #clock: Clock;
  readonly #mode: FsyncMode;
  readonly #scratch = new BatchScratch();
  readonly #waiting: AppendOperation[] = [];
  #waitingBytes = 0;
  #busy = false;
  #paused = false;
  #lastAppendAtNs: bigint;
  #onIdle: (() => void)[] = [];

  constructor(volume: QueuedVolume, owner: AppendQueueOwner, clock: Clock, mode: FsyncMode) {
    this.#volume = volume;
    this.#owner = owner;
    this.#clock = clock;
    this.#mode = mode;
    this.#lastAppendAtNs = volume.lastAppendAtNs;
  }

  get lastAppendAtNs(): bigint {
    return this.#lastAppendAtNs;
  }

  /** Data bytes that wait. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes the operation, or answers it `onFailed` at once when the volume refuses or too much waits. */
  enqueue(operation: AppendOperation): void {
    const refusal = this.#owner.refusal(operation.kind) ?? this.#overload(operation);
    if (refusal !== undefined) {
      operation.onFailed(refusal);
      return;
    }
    this.#waiting.push(operation);
    this.#waitingBytes += operation.needle.data.length;
    if (!this.#busy && !this.#paused) this.#start();
  }

  /** Takes no further batch, and settles when none is under way. What comes meanwhile waits. */
  async pause(): Promise<void> {
    this.#paused = true;
    if (this.#busy) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Goes on after a pause, with the volume's new files if it was given some. */
  resume(volume: QueuedVolume = this.#volume): void {
    this.#volume = volume;
    this.#paused = false;
    if (this.#waiting.length > 0 && !this.#busy) this.#start();
  }

  /** Settles when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #overload({ needle }: AppendOperation): VolumeError | undefined {
    const count = this.#waiting.length;
    const bytes = this.#waitingBytes + needle.data.length;
    if (count < LIMITS.queuedAppends && (count === 0 || bytes <= LIMITS.queuedAppendBytes)) return undefined;
    return new VolumeError(
      'overloaded',
      `volume ${this.#volume.volumeId} has ${count} appends of ${bytes} bytes waiting`,
    );
  }

  /** The first batch of a busy spell starts when this turn of the event loop is over, so that what arrived with it shares the sync. */
  #start(): void {
    this.#busy = true;
    setImmediate(() => this.#next());
  }

  #next(): void {
    if (this.#paused) {
      this.#becomeIdle();
      return;
    }
    const operations = this.#takeBatch();
    if (operations.length === 0) {
      this.#rest();
      return;
    }
    const startNs = this.#clock.nowNs();
    const { volume, plan, durable } = this.#plan(operations, startNs);
    volume.file.append(plan.buffers, plan.lengthBytes, durable, (error) => {
      if (error === undefined) this.#finish(plan, startNs);
      else this.#fail(plan, error);
    });
  }

  #plan(operations: readonly AppendOperation[], nowNs: bigint) {
    const volume = this.#volume;
    const firstAppendAtNs = nowNs > this.#lastAppendAtNs ? nowNs : this.#lastAppendAtNs + 1n;
    const { version } = volume.superblock;
    const { offsetWidth } = volume;
    const startBytes = volume.file.endBytes;
    const plan = planBatch(operations, { startBytes, firstAppendAtNs, version, offsetWidth }, this.#scratch);
    return { volume, plan, durable: this.#mode !== 'never' || operations.some(({ fsync }) => fsync) };
  }

  /** The next operations that may share a batch. Stale and impossible ones are answered on the way. */
  #takeBatch(): AppendOperation[] {
    const refusal = this.#owner.refusal('delete');
    const batch: AppendOperation[] = [];
    const ids = new Set<bigint>();
    const needlesMax = this.#mode === 'always' ? 1 : LIMITS.batchNeedles;
    const { superblock, offsetWidth, file, index, volumeId } = this.#volume;
    let bytes = 0;
    let taken = 0;
    for (; taken < this.#waiting.length && batch.length < needlesMax; taken += 1) {
      const operation = this.#waiting[taken];
      if (operation === undefined || ids.has(operation.needle.id)) break;
      const lengthBytes = recordBytes(operation.sizeBytes, superblock.version);
      if (batch.length > 0 && bytes + lengthBytes > LIMITS.batchBytes) break;
      this.#waitingBytes -= operation.needle.data.length;
      if (refusal !== undefined) {
        operation.onFailed(refusal);
      } else if (file.endBytes + bytes + lengthBytes > endBytesMax(operation, offsetWidth)) {
        operation.onFailed(new VolumeError('no-space', `volume ${volumeId} has reached its largest size`));
      } else if (liveOffset(index.get(operation.needle.id)) !== operation.expectedOffsetBytes) {
        operation.onStale();
      } else {
        ids.add(operation.needle.id);
        batch.push(operation);
        bytes += lengthBytes;
      }
    }
    this.#waiting.splice(0, taken);
    return batch;
  }

  #finish(plan: PlannedBatch, startNs: bigint): void {
    this.#lastAppendAtNs = plan.lastAppendAtNs;
    this.#volume.log.append(plan.rows);
    const { operations, offsetsBytes } = plan;
    for (let i = 0; i < operations.length; i += 1) {
      const operation = operations[i];
      if (operation !== undefined) this.#owner.recordAppended(operation, offsetsBytes[i] ?? 0);
    }
    for (const operation of operations) operation.onAppended();
    this.#owner.batchAppended(operations.length, plan.lengthBytes, Number(this.#clock.nowNs() - startNs) / 1e9);
    const logFailure = this.#volume.log.failure;
    if (logFailure !== undefined) this.#owner.appendFailed(logFailure);
    this.#next();
  }

  #fail(plan: PlannedBatch, cause: Error): void {
    const error = this.#owner.appendFailed(cause);
    // What the failed write left behind must not be found by a later recovery: none of it was acknowledged.
    const answer = (): void => {
      for (const operation of plan.operations) operation.onFailed(error);
      this.#next();
    };
    this.#volume.file.truncateToEnd().then(answer, answer);
  }

  #rest(): void {
    if (this.#waiting.length > 0) this.#next();
    else this.#becomeIdle();
  }

  #becomeIdle(): void {
    this.#busy = false;
    for (const resume of this.#onIdle.splice(0)) resume();
  }
}

/** A full volume must still take deletions, or nothing would ever free it. */
function endBytesMax({ kind }: AppendOperation, offsetWidth: OffsetWidth): number {
  return volumeBytesMax(offsetWidth) - (kind === 'write' ? LIMITS.tombstoneRoomBytes : 0);
}

function liveOffset(entry: { readonly offsetBytes: number; readonly sizeBytes: number } | undefined): number {
  return entry === undefined || entry.sizeBytes < 0 ? 0 : entry.offsetBytes;
}
