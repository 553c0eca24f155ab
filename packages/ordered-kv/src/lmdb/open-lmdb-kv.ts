/**
 * The embedded driver: transactions run at once, one after another, on the durable store plus what is on its way to it;
 * their writes go to disk in batches. A batch is what arrived while the last one was being synced: no timer.
 *
 * Invariants
 * - At most one batch is being written; at most one is open. Their writes lie over the store in this order.
 * - A transaction is settled, well or badly, only when the batch that it ran in is durable: nobody learns of a write that
 *   a crash could still undo.
 * - When a batch fails, so does the open one, which may rest on it.
 */
import { type DirectoryLock, type HoldDirectory, lockDirectory } from '../directory-lock.ts';
import { KvError } from '../kv-error.ts';
import { PINS_MAX, UNCOMMITTED_BYTES_MAX } from '../limits.ts';
import type { KvProgram, KvReader, KvTransaction, OrderedKv, PinnedView, SynchronousReads } from '../ordered-kv.ts';
import type { WriteLayer } from '../write-overlay.ts';
import { checkDataFile } from './check-data-file.ts';
import { classifyCommitFailure } from './commit-failure.ts';
import { DecodedRows } from './decoded-rows.ts';
import { keyString } from './key-string.ts';
import { LmdbEnvironment } from './lmdb-environment.ts';
import { LmdbPinnedView } from './lmdb-pinned-view.ts';
import { LmdbTransaction } from './lmdb-transaction.ts';
import { classifyOpenFailure } from './open-failure.ts';

export interface LmdbKvOptions {
  /** Made if absent; one process at a time may have it open. */
  readonly directory: string;
  /** Keeps processes of other containers out too. Without it only those are seen that this process can look at. */
  readonly hold?: HoldDirectory;
  /** Address space at the start; for tests of its growth. */
  readonly mapSizeBytes?: number;
  /** Commits are not synced; only for tests, of which none is to wait for a disk. No configuration leads here. */
  readonly isVolatile?: boolean;
}

interface Batch {
  readonly writes: WriteLayer;
  readonly sequences: Map<string, number>;
  /** Called in commit order with undefined, or with the failure of the batch. */
  readonly settle: ((failure: KvError | undefined) => void)[];
  bytes: number;
}

/** Runs a program to its end; every answer of this driver is there at once. */
function drive<T>(program: KvProgram<T>): T {
  const step = program.next();
  if (step.done !== true) throw new TypeError('a transaction may only yield* what its tx gives');
  return step.value;
}

class LmdbKv implements OrderedKv {
  readonly writers = 'single';
  readonly synchronous: SynchronousReads;
  operationCount = 0;
  readonly #environment: LmdbEnvironment;
  readonly #directory: string;
  readonly #lock: DirectoryLock;
  readonly #lastOfSequence = new Map<string, number>();
  readonly #decodedRows = new DecodedRows();
  readonly #pinned = new Set<LmdbPinnedView>();
  #open: Batch | undefined;
  #committing: Batch | undefined;
  #layers: readonly WriteLayer[] = [];
  #waitingForRoom: (() => void)[] = [];
  #waitingForIdle: (() => void)[] = [];
  #isFlushPlanned = false;
  #failure: KvError | undefined;
  #isClosing = false;

  constructor(environment: LmdbEnvironment, directory: string, lock: DirectoryLock) {
    this.#environment = environment;
    this.#directory = directory;
    this.#lock = lock;
    this.synchronous = {
      get: (key) => {
        this.#refuseWhenClosed();
        this.operationCount += 1;
        return this.#environment.get(keyString(key));
      },
      read: (program) => {
        this.#refuseWhenClosed();
        this.operationCount += 1;
        return drive(program(new LmdbTransaction(this.#environment, [])));
      },
    };
  }

  transact<T>(program: (tx: KvTransaction) => KvProgram<T>, signal?: AbortSignal): Promise<T> {
    if ((this.#open?.bytes ?? 0) + (this.#committing?.bytes ?? 0) > UNCOMMITTED_BYTES_MAX)
      return new Promise<void>((resolve) => this.#waitingForRoom.push(resolve)).then(() =>
        this.transact(program, signal),
      );
    return new Promise<T>((resolve, reject) => {
      this.operationCount += 1;
      const refusal = this.#isClosing ? new KvError('closed', 'the store is closed') : this.#failure;
      if (refusal !== undefined) return reject(refusal);
      signal?.throwIfAborted();
      const tx = new LmdbTransaction(this.#environment, this.#layers, this.#lastOf, this.#decodedRows);
      let settle: (failure: KvError | undefined) => void;
      let isKept = true;
      try {
        const result = drive(program(tx));
        settle = (failure) => (failure === undefined ? resolve(result) : reject(failure));
      } catch (error) {
        isKept = false;
        settle = (failure) => reject(failure ?? error);
      }
      this.#enqueue(isKept ? tx : undefined, settle);
    });
  }

  async read<T>(program: (tx: KvReader) => KvProgram<T>): Promise<T> {
    return this.synchronous.read(program);
  }

  async get(key: Uint8Array): Promise<Buffer | undefined> {
    return this.synchronous.get(key);
  }

  async pin(): Promise<PinnedView> {
    this.#refuseWhenClosed();
    if (this.#pinned.size >= PINS_MAX) throw new KvError('too-many-pins', `${PINS_MAX} moments are held already`);
    const view = new LmdbPinnedView(this.#environment, () => this.#pinned.delete(view));
    this.#pinned.add(view);
    return view;
  }

  whyNotWritable(): string | undefined {
    return this.#isClosing ? 'the store is closed' : this.#failure?.message;
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    while (this.#open !== undefined || this.#committing !== undefined)
      await new Promise<void>((resolve) => this.#waitingForIdle.push(resolve));
    for (const view of this.#pinned) await view.release();
    await this.#environment.close();
    this.#lock.release();
  }

  readonly #lastOf = (name: string): number => {
    let last = this.#lastOfSequence.get(name);
    if (last === undefined) {
      last = this.#environment.readSequence(name);
      this.#lastOfSequence.set(name, last);
    }
    return last;
  };

  #refuseWhenClosed(): void {
    if (this.#isClosing) throw new KvError('closed', 'the store is closed');
  }

  /** `tx` is undefined for a program that threw: it only waits until what it has seen is durable. */
  #enqueue(tx: LmdbTransaction | undefined, settle: Batch['settle'][number]): void {
    if (tx === undefined || (tx.writes.size === 0 && tx.sequences.size === 0)) {
      const seen = this.#open ?? this.#committing;
      if (seen === undefined) settle(undefined);
      else seen.settle.push(settle);
      return;
    }
    const batch = this.#open ?? this.#openBatch();
    for (const [key, value] of tx.writes) batch.writes.set(key, value);
    for (const [name, last] of tx.sequences) {
      batch.sequences.set(name, last);
      this.#lastOfSequence.set(name, last);
    }
    batch.bytes += tx.bytesWritten;
    batch.settle.push(settle);
  }

  #openBatch(): Batch {
    const batch: Batch = { writes: new Map(), sequences: new Map(), settle: [], bytes: 0 };
    this.#open = batch;
    this.#layers = this.#committing === undefined ? [batch.writes] : [this.#committing.writes, batch.writes];
    // What else arrives in this turn of the event loop shares the sync.
    if (this.#committing === undefined && !this.#isFlushPlanned) {
      this.#isFlushPlanned = true;
      setImmediate(() => {
        this.#isFlushPlanned = false;
        this.#flush();
      });
    }
    return batch;
  }

  #flush(): void {
    const batch = this.#open;
    if (batch === undefined || this.#committing !== undefined) return;
    this.#open = undefined;
    this.#committing = batch;
    this.#layers = [batch.writes];
    this.#environment.write(batch).then(
      () => this.#finish(batch, undefined),
      (error: unknown) => this.#finish(batch, this.#failureOf(error, batch)),
    );
  }

  #finish(batch: Batch, failure: KvError | undefined): void {
    const rested = failure === undefined ? undefined : this.#open;
    this.#committing = undefined;
    this.#decodedRows.forget(batch.writes);
    if (rested !== undefined) this.#open = undefined;
    if (failure !== undefined) this.#lastOfSequence.clear();
    this.#layers = this.#open === undefined ? [] : [this.#open.writes];
    this.#flush();
    for (const settle of batch.settle) settle(failure);
    for (const settle of rested?.settle ?? []) settle(failure);
    this.#wake();
  }

  #wake(): void {
    const forRoom = this.#waitingForRoom;
    this.#waitingForRoom = [];
    for (const resolve of forRoom) resolve();
    if (this.#open !== undefined || this.#committing !== undefined) return;
    const forIdle = this.#waitingForIdle;
    this.#waitingForIdle = [];
    for (const resolve of forIdle) resolve();
  }

  #failureOf(cause: unknown, batch: Batch): KvError {
    const failure = classifyCommitFailure(cause, this.#directory, batch.bytes);
    if (failure.code === 'storage-failed') this.#failure = failure;
    return failure;
  }
}

/** Opens (or makes) the embedded store in a directory. KvError `locked` when another process has it, `damaged` when its file is. */
export function openLmdbKv(options: LmdbKvOptions): OrderedKv {
  const lock = lockDirectory(options.directory, options.hold);
  try {
    checkDataFile(options.directory);
    return new LmdbKv(openEnvironment(options), options.directory, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openEnvironment(options: LmdbKvOptions): LmdbEnvironment {
  try {
    return new LmdbEnvironment(options.directory, options);
  } catch (error) {
    throw classifyOpenFailure(error, options.directory);
  }
}
