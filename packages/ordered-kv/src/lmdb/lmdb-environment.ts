/**
 * The LMDB file behind the embedded driver: its tables. A thread of the library takes what batch-writer.ts gives; reads run on this thread in a
 * read transaction that is renewed once per turn of the event loop and after every commit.
 *
 * Options that matter
 * - `overlappingSync: false`: a commit resolves, and becomes visible, only after its pages and its meta page were synced.
 * - `eventTurnBatching: false`: what is one LMDB transaction is decided here, by `batch`.
 * - `noMemInit` stays off: otherwise freed memory of this process, secrets included, would end in unused parts of pages.
 * - `mapSize` is address space only; the library enlarges it when the store outgrows it.
 * - Named tables with binary keys compare by memcmp, which is the order that the port promises.
 */
import { type Database, open, type RootDatabase, type RootDatabaseOptions, type Transaction } from 'lmdb';
import { MAP_SIZE_BYTES, READERS_MAX } from '../limits.ts';
import type { RowWalker } from '../ordered-kv.ts';
import { walkRows } from './walk-rows.ts';

const SEQUENCE_BYTES = 8;

interface ReusedBuffer extends Buffer {
  readonly length: number;
}

/** Reads hand out copies unless a scan asks for views into the library's own memory. */
class RowCodec {
  readViews = false;

  readonly encode = (value: Uint8Array): Uint8Array => value;

  /** `reused` is memory of the library that the next read overwrites; its `length` is the value's. */
  readonly decode = (reused: ReusedBuffer): Buffer => {
    const length = reused.length;
    const view = Buffer.from(reused.buffer, reused.byteOffset, length);
    if (this.readViews) return view;
    const copy = Buffer.allocUnsafe(length);
    view.copy(copy);
    return copy;
  };
}

/** Keys travel as latin1 strings inwards and as buffers outwards. */
class KeyCodec {
  readonly #rows: RowCodec;

  constructor(rows: RowCodec) {
    this.#rows = rows;
  }

  readonly writeKey = (key: string, target: Buffer, start: number): number => {
    const written = target.write(key, start, 'latin1');
    // The library takes another buffer when it is told so.
    if (written !== key.length) throw new RangeError(`no room for a key of ${key.length} bytes`);
    return start + written;
  };

  readonly readKey = (target: Buffer, start: number, end: number): Buffer => {
    const view = target.subarray(start, end);
    if (this.#rows.readViews) return view;
    const copy = Buffer.allocUnsafe(end - start);
    view.copy(copy);
    return copy;
  };
}

export interface LmdbScan {
  readonly start: string;
  readonly end: string;
  readonly limit: number;
  readonly reverse: boolean;
}

/** Writes of one batch, keys as latin1 strings, `null` for a deletion. */
export interface LmdbBatch {
  readonly writes: ReadonlyMap<string, Uint8Array | null>;
  readonly sequences: ReadonlyMap<string, number>;
}

export interface LmdbSettings {
  readonly mapSizeBytes?: number | undefined;
  /** Nothing is synced: what is written lives through a kill, but not through a power cut. */
  readonly isVolatile?: boolean | undefined;
}

export class LmdbEnvironment {
  readonly #root: RootDatabase<Buffer, string>;
  readonly #rows: Database<Buffer, string>;
  readonly #sequences: Database<Buffer, string>;
  readonly #codec = new RowCodec();

  constructor(path: string, { mapSizeBytes = MAP_SIZE_BYTES, isVolatile = false }: LmdbSettings = {}) {
    this.#root = open<Buffer, string>({
      path,
      mapSize: mapSizeBytes,
      maxReaders: READERS_MAX,
      maxDbs: 4,
      overlappingSync: false,
      noSync: isVolatile,
      eventTurnBatching: false,
      noMemInit: false,
      cache: false,
    });
    const rows: RootDatabaseOptions = {
      encoder: this.#codec,
      keyEncoder: new KeyCodec(this.#codec),
      cache: false,
    };
    this.#rows = this.#root.openDB('rows', rows);
    this.#sequences = this.#root.openDB('sequences', { encoding: 'binary', cache: false });
  }

  get(key: string): Buffer | undefined {
    return this.#rows.get(key);
  }

  getAt(key: string, transaction: Transaction): Buffer | undefined {
    return this.#rows.get(key, { transaction });
  }

  /** A read transaction that stays at this moment until it is done. */
  holdTransaction(): Transaction {
    return this.#rows.useReadTransaction();
  }

  /** Calls `visit` with rows in order until it returns false. The buffers are valid during the call. */
  visit(scan: LmdbScan, visit: (key: Buffer, value: Buffer) => boolean, transaction?: Transaction): void {
    const { start, end, limit, reverse } = scan;
    const at = transaction === undefined ? undefined : { transaction };
    const range = reverse
      ? { start: end, exclusiveStart: true, end: start, inclusiveEnd: true, reverse, limit }
      : { start, end, limit };
    const rows = this.#rows.getRange(at === undefined ? range : { ...range, ...at });
    this.#codec.readViews = true;
    try {
      for (const { key, value } of rows as Iterable<{ key: unknown; value: Buffer }>)
        if (!visit(key as Buffer, value)) return;
    } finally {
      this.#codec.readViews = false;
    }
  }

  /** Calls `walker` with rows in order from `start` on, passing over what it passes over. The buffers are valid during the call. */
  walk(start: string, end: string, walker: RowWalker): void {
    this.#codec.readViews = true;
    try {
      walkRows(this.#rows, { start, end }, walker);
    } finally {
      this.#codec.readViews = false;
    }
  }

  readSequence(name: string): number {
    const row = this.#sequences.get(name);
    return row === undefined ? 0 : Number(row.readBigUInt64BE(0));
  }

  /** One LMDB transaction. Resolves when it is on stable storage; rejects with the system's error. */
  async write(batch: LmdbBatch): Promise<void> {
    try {
      await this.#root.batch(() => {
        for (const [key, value] of batch.writes) {
          if (value === null) void this.#rows.remove(key);
          else void this.#rows.put(key, value as Buffer);
        }
        for (const [name, last] of batch.sequences) {
          const row = Buffer.allocUnsafe(SEQUENCE_BYTES);
          row.writeBigUInt64BE(BigInt(last));
          void this.#sequences.put(name, row);
        }
      });
    } catch (error) {
      throw await causeOfFailedCommit(error);
    }
    this.#root.resetReadTxn();
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}

/** The library rejects with a general error that carries a promise which rejects with the system's. */
async function causeOfFailedCommit(error: unknown): Promise<unknown> {
  if (!Error.isError(error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
