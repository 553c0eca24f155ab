/**
 * The embedded driver: transactions run at once, one after another, on the tables plus what is on its way to them (batch-writer.ts), and are
 * acknowledged when their writes are durable. Reads see what is durable.
 */
import { type DirectoryLock, type HoldDirectory, lockDirectory } from '../directory-lock.ts';
import { KvError } from '../kv-error.ts';
import { PINS_MAX } from '../limits.ts';
import type { KvProgram, KvReader, KvTransaction, OrderedKv, PinnedView, SynchronousReads } from '../ordered-kv.ts';
import { findWrite } from '../write-overlay.ts';
import { BatchWriter, type Settle } from './batch-writer.ts';
import { checkDataFile } from './check-data-file.ts';
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
  readonly #writer: BatchWriter;
  readonly #lock: DirectoryLock;
  readonly #decodedRows = new DecodedRows();
  readonly #pinned = new Set<LmdbPinnedView>();
  #pinning = 0;
  #isClosing = false;

  constructor(environment: LmdbEnvironment, { directory, isVolatile }: LmdbKvOptions, lock: DirectoryLock) {
    this.#environment = environment;
    this.#writer = new BatchWriter({ directory, environment, decodedRows: this.#decodedRows, isVolatile });
    this.#lock = lock;
    this.synchronous = {
      get: (key) => {
        this.#refuseWhenClosed();
        this.operationCount += 1;
        const name = keyString(key);
        const { durableLayers } = this.#writer;
        const written = durableLayers.length === 0 ? undefined : findWrite(durableLayers, name);
        if (written === undefined) return this.#environment.get(name);
        return written === null ? undefined : Buffer.from(written);
      },
      getDecoded: (key, decode) => {
        this.#refuseWhenClosed();
        this.operationCount += 1;
        const { durableLayers: layers } = this.#writer;
        return this.#decodedRows.read({ name: keyString(key), layers, tables: this.#environment, decode }, false);
      },
      read: (program) => {
        this.#refuseWhenClosed();
        this.operationCount += 1;
        return drive(program(new LmdbTransaction(this.#environment, this.#writer.durableLayers, this.#decodedRows)));
      },
    };
  }

  transact<T>(program: (tx: KvTransaction) => KvProgram<T>, signal?: AbortSignal): Promise<T> {
    if (this.#writer.isCrowded) return this.#writer.room().then(() => this.transact(program, signal));
    return new Promise<T>((resolve, reject) => {
      this.operationCount += 1;
      const refusal = this.#isClosing ? new KvError('closed', 'the store is closed') : this.#writer.failure;
      if (refusal !== undefined) return reject(refusal);
      signal?.throwIfAborted();
      const tx = new LmdbTransaction(this.#environment, this.#writer.layers, this.#decodedRows, this.#writer.lastOf);
      let settle: Settle;
      let isKept = true;
      try {
        const result = drive(program(tx));
        settle = (failure) => (failure === undefined ? resolve(result) : reject(failure));
      } catch (error) {
        isKept = false;
        settle = (failure) => reject(failure ?? error);
      }
      this.#writer.enqueue(isKept ? tx : undefined, settle);
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
    if (this.#pinned.size + this.#pinning >= PINS_MAX)
      throw new KvError('too-many-pins', `${PINS_MAX} moments are held already`);
    this.#pinning += 1;
    try {
      // A view is a moment of the tables.
      await this.#writer.tables();
    } finally {
      this.#pinning -= 1;
    }
    this.#refuseWhenClosed();
    const view = new LmdbPinnedView(this.#environment, () => this.#pinned.delete(view));
    this.#pinned.add(view);
    return view;
  }

  whyNotWritable(): string | undefined {
    return this.#isClosing ? 'the store is closed' : this.#writer.failure?.message;
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    await this.#writer.idle();
    // What the tables cannot take stays in the log, for the next start.
    await this.#writer.tables().catch(() => undefined);
    for (const view of this.#pinned) await view.release();
    await this.#environment.close();
    this.#writer.close();
    this.#lock.release();
  }

  #refuseWhenClosed(): void {
    if (this.#isClosing) throw new KvError('closed', 'the store is closed');
  }
}

/** Opens (or makes) the embedded store in a directory. KvError `locked` when another process has it, `damaged` when its file is. */
export function openLmdbKv(options: LmdbKvOptions): OrderedKv {
  const lock = lockDirectory(options.directory, options.hold);
  try {
    checkDataFile(options.directory);
    return openKv(openEnvironment(options), options, lock);
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

function openKv(environment: LmdbEnvironment, options: LmdbKvOptions, lock: DirectoryLock): OrderedKv {
  try {
    return new LmdbKv(environment, options, lock);
  } catch (error) {
    void environment.close();
    throw error;
  }
}
