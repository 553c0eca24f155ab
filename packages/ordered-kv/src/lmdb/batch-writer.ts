/**
 * Takes the writes of transactions to the disk: in batches to the commit log, which makes them durable, and from there, many batches at once, to
 * the tables. A batch is what arrived while the last one was being logged: no timer.
 *
 * Invariants
 * - A write is in exactly one of four places, newest first: the open batch, the batch that is being logged, what is logged, what the tables
 *   are taking. A reader that lays them over the tables in this order sees every write; the last two are durable.
 * - A batch is settled, well or badly, only when the log has it: nobody learns of a write that a crash could still undo.
 * - When a batch fails, so does the open one, which may rest on it.
 * - While the tables have no room for what is logged, both files of the log are needed: nothing more is logged, and each batch that comes tries
 *   the tables again.
 */
import type { KvError } from '../kv-error.ts';
import { LOGGED_BYTES_MAX, LOGGED_MS_MAX, LOGGED_ROWS_MAX, UNCOMMITTED_BYTES_MAX } from '../limits.ts';
import { WriteLayer } from '../write-overlay.ts';
import { classifyCommitFailure } from './commit-failure.ts';
import { CommitLog } from './commit-log.ts';
import type { DecodedRows } from './decoded-rows.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';
import type { LmdbTransaction } from './lmdb-transaction.ts';

/** Name of the sequence that says which record of the log the tables had last. No sequence of a program can be named so. */
const APPLIED_SEQUENCE = '\u0000applied';

/** Called when the outcome of a batch is known: undefined when it is durable. */
export type Settle = (failure: KvError | undefined) => void;

type Tables = Pick<LmdbEnvironment, 'readSequence' | 'write'>;

interface WriteSet {
  readonly layer: WriteLayer;
  readonly sequences: Map<string, number>;
  bytes: number;
}

interface Batch extends WriteSet {
  /** In commit order. */
  readonly settle: Settle[];
}

interface Waiter {
  readonly number: number;
  readonly settle: Settle;
}

/** What a transaction leaves to be written. */
export type TransactionWrites = Pick<LmdbTransaction, 'writes' | 'sequences' | 'bytesWritten'>;

export interface BatchWriterOptions {
  readonly directory: string;
  readonly environment: Tables;
  readonly decodedRows: DecodedRows;
  readonly isVolatile?: boolean | undefined;
}

export class BatchWriter {
  /** What lies over the tables for a transaction, oldest first. */
  layers: readonly WriteLayer[] = [];
  /** The durable ones among them: what lies over the tables for a reader. */
  durableLayers: readonly WriteLayer[] = [];
  /** Why nothing can be written until the store is opened again. */
  failure: KvError | undefined;
  readonly #directory: string;
  readonly #environment: Tables;
  readonly #decodedRows: DecodedRows;
  readonly #log: CommitLog;
  readonly #lastOfSequence = new Map<string, number>();
  #open: Batch | undefined;
  #logging: Batch | undefined;
  #logged: WriteSet | undefined;
  #applying: WriteSet | undefined;
  #appliedNumber: number;
  #isFlushPlanned = false;
  #isApplyDue = false;
  /** Both files of the log hold what the tables lack. */
  #isLogFull = false;
  #applyTimer: NodeJS.Timeout | undefined;
  #waitingForRoom: (() => void)[] = [];
  #waitingForIdle: (() => void)[] = [];
  #waitingForTables: Waiter[] = [];

  /** Goes on with what the log holds from before. KvError `damaged` when the log and the tables do not belong together. */
  constructor({ directory, environment, decodedRows, isVolatile }: BatchWriterOptions) {
    this.#directory = directory;
    this.#environment = environment;
    this.#decodedRows = decodedRows;
    this.#appliedNumber = environment.readSequence(APPLIED_SEQUENCE);
    this.#log = new CommitLog(directory, this.#appliedNumber, { isVolatile });
    const records = this.#log.takeFound();
    if (records.length === 0) return;
    const found: WriteSet = { layer: new WriteLayer(), sequences: new Map(), bytes: 0 };
    for (const { rows, sequences } of records) layOver(found, { rows, sequences, bytes: 0 });
    this.#logged = found;
    this.#isLogFull = true;
    this.#apply();
  }

  /** Whether so much is on its way to the tables that a transaction should wait for `room`. */
  get isCrowded(): boolean {
    const { bytes: open = 0 } = this.#open ?? {};
    // The tables have refused what is logged: only a batch that comes makes them try again.
    if (this.#isLogFull && this.#applying === undefined) return open > UNCOMMITTED_BYTES_MAX;
    const { bytes: logging = 0 } = this.#logging ?? {};
    const { bytes: logged = 0 } = this.#logged ?? {};
    const { bytes: applying = 0 } = this.#applying ?? {};
    return open + logging + logged + applying > UNCOMMITTED_BYTES_MAX;
  }

  room(): Promise<void> {
    return new Promise((resolve) => this.#waitingForRoom.push(resolve));
  }

  /** Settles when no batch waits or is being logged. */
  async idle(): Promise<void> {
    while (this.#open !== undefined || this.#logging !== undefined)
      await new Promise<void>((resolve) => this.#waitingForIdle.push(resolve));
  }

  /** Settles when the tables have all that is durable now. Rejects with KvError when they cannot take it. */
  tables(): Promise<void> {
    const number = this.#log.lastNumber;
    if (this.#appliedNumber >= number) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      this.#waitingForTables.push({
        number,
        settle: (failure) => (failure === undefined ? resolve() : reject(failure)),
      });
      this.#isApplyDue = true;
      this.#applyIfDue();
    });
  }

  /** Last number given out of a sequence. */
  readonly lastOf = (name: string): number => {
    let last = this.#lastOfSequence.get(name);
    if (last === undefined) {
      last =
        this.#logging?.sequences.get(name) ??
        this.#logged?.sequences.get(name) ??
        this.#applying?.sequences.get(name) ??
        this.#environment.readSequence(name);
      this.#lastOfSequence.set(name, last);
    }
    return last;
  };

  /** `tx` is undefined for a program that threw: it only waits until what it has seen is durable. */
  enqueue(tx: TransactionWrites | undefined, settle: Settle): void {
    if (tx === undefined || (tx.writes.rows.size === 0 && tx.sequences.size === 0)) {
      const seen = this.#open ?? this.#logging;
      if (seen === undefined) settle(undefined);
      else seen.settle.push(settle);
      return;
    }
    const batch = this.#open ?? this.#openBatch();
    layOver(batch, { rows: tx.writes.rows, sequences: tx.sequences, bytes: tx.bytesWritten });
    for (const [name, last] of tx.sequences) this.#lastOfSequence.set(name, last);
    batch.settle.push(settle);
  }

  /** When nothing is under way any more, and after the tables were closed. */
  close(): void {
    clearTimeout(this.#applyTimer);
    this.#log.close(this.#appliedNumber === this.#log.lastNumber);
  }

  #openBatch(): Batch {
    const batch: Batch = { layer: new WriteLayer(), sequences: new Map(), settle: [], bytes: 0 };
    this.#open = batch;
    this.#layOutLayers();
    // What else arrives in this turn of the event loop shares the sync.
    if (this.#logging === undefined && !this.#isFlushPlanned) {
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
    if (batch === undefined || this.#logging !== undefined) return;
    if (this.#isLogFull) {
      this.#isApplyDue = true;
      this.#applyIfDue();
      return;
    }
    this.#open = undefined;
    this.#logging = batch;
    this.#log.append({ rows: batch.layer.rows, sequences: batch.sequences }, (error) =>
      this.#finishLogging(batch, error),
    );
  }

  #finishLogging(batch: Batch, error: Error | undefined): void {
    this.#logging = undefined;
    let rested: Batch | undefined;
    const failure = error === undefined ? undefined : this.#failureOf(error, batch.bytes);
    if (failure === undefined) this.#keepLogged(batch);
    else rested = this.#giveUpOpen();
    this.#layOutLayers();
    this.#applyIfDue();
    this.#flush();
    for (const settle of batch.settle) settle(failure);
    for (const settle of rested?.settle ?? []) settle(failure);
    this.#wake();
  }

  #keepLogged(batch: WriteSet): void {
    if (this.#logged === undefined) {
      this.#logged = batch;
      this.#applyTimer ??= setTimeout(() => {
        this.#applyTimer = undefined;
        this.#isApplyDue = true;
        this.#applyIfDue();
      }, LOGGED_MS_MAX).unref();
    } else layOver(this.#logged, { rows: batch.layer.rows, sequences: batch.sequences, bytes: batch.bytes });
    if (this.#logged.layer.rows.size >= LOGGED_ROWS_MAX || this.#logged.bytes >= LOGGED_BYTES_MAX)
      this.#isApplyDue = true;
  }

  /** The files of the log change places between two records only. */
  #applyIfDue(): void {
    if (!this.#isApplyDue || this.#logging !== undefined || this.#applying !== undefined) return;
    this.#isApplyDue = false;
    this.#apply();
  }

  #apply(): void {
    const set = this.#logged;
    if (set === undefined) return;
    if (this.failure !== undefined) {
      this.#refuseWaiters(this.failure);
      return;
    }
    clearTimeout(this.#applyTimer);
    this.#applyTimer = undefined;
    this.#logged = undefined;
    this.#applying = set;
    this.#layOutLayers();
    const number = this.#log.lastNumber;
    set.sequences.set(APPLIED_SEQUENCE, number);
    if (!this.#isLogFull) this.#log.changeFiles();
    this.#environment.write({ writes: set.layer.rows, sequences: set.sequences }).then(
      () => this.#finishApplying(set, number),
      (error: unknown) => this.#keepUnapplied(set, error),
    );
  }

  #finishApplying(set: WriteSet, number: number): void {
    this.#applying = undefined;
    this.#appliedNumber = number;
    if (this.#isLogFull) this.#log.changeFiles();
    this.#isLogFull = false;
    this.#decodedRows.forget(set.layer.rows);
    this.#layOutLayers();
    this.#applyIfDue();
    this.#flush();
    const waiting = this.#waitingForTables;
    this.#waitingForTables = waiting.filter((waiter) => waiter.number > number);
    for (const waiter of waiting) if (waiter.number <= number) waiter.settle(undefined);
    this.#wake();
  }

  /** The log has the writes, so nothing is lost; readers go on to see them. */
  #keepUnapplied(set: WriteSet, error: unknown): void {
    const failure = this.#failureOf(error, set.bytes);
    if (this.#logged !== undefined)
      layOver(set, { rows: this.#logged.layer.rows, sequences: this.#logged.sequences, bytes: this.#logged.bytes });
    this.#applying = undefined;
    this.#logged = set;
    this.#isLogFull = true;
    this.#isApplyDue = false;
    const refused = this.#giveUpOpen();
    this.#layOutLayers();
    this.#refuseWaiters(failure);
    for (const settle of refused?.settle ?? []) settle(failure);
    this.#wake();
  }

  #refuseWaiters(failure: KvError): void {
    const waiting = this.#waitingForTables;
    this.#waitingForTables = [];
    for (const waiter of waiting) waiter.settle(failure);
  }

  #giveUpOpen(): Batch | undefined {
    const open = this.#open;
    this.#open = undefined;
    this.#lastOfSequence.clear();
    return open;
  }

  #layOutLayers(): void {
    const durable: WriteLayer[] = [];
    if (this.#applying !== undefined) durable.push(this.#applying.layer);
    if (this.#logged !== undefined) durable.push(this.#logged.layer);
    this.durableLayers = durable;
    const layers = [...durable];
    if (this.#logging !== undefined) layers.push(this.#logging.layer);
    if (this.#open !== undefined) layers.push(this.#open.layer);
    this.layers = layers;
  }

  #wake(): void {
    const forRoom = this.#waitingForRoom;
    this.#waitingForRoom = [];
    for (const resolve of forRoom) resolve();
    if (this.#open !== undefined || this.#logging !== undefined) return;
    const forIdle = this.#waitingForIdle;
    this.#waitingForIdle = [];
    for (const resolve of forIdle) resolve();
  }

  #failureOf(cause: unknown, bytes: number): KvError {
    const failure = classifyCommitFailure(cause, this.#directory, bytes);
    if (failure.code === 'storage-failed') this.failure = failure;
    return failure;
  }
}

function layOver(
  set: WriteSet,
  newer: {
    readonly rows: ReadonlyMap<string, Uint8Array | null>;
    readonly sequences: ReadonlyMap<string, number>;
    readonly bytes: number;
  },
): void {
  for (const [key, value] of newer.rows) set.layer.rows.set(key, value);
  for (const [name, last] of newer.sequences) set.sequences.set(name, last);
  set.bytes += newer.bytes;
}
