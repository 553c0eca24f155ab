/**
 * The ordered key-value port. Keys and values are bytes; keys are ordered byte by byte, a prefix before its extensions.
 *
 * A transaction is a generator function: it asks its driver with `yield*` and gets answers, and can do nothing else
 * (docs/decisions/0002-transactions-are-generators.md). It must be repeatable: a driver may run it again from the start
 * when it collides with another, so it changes nothing outside itself before it returns.
 *
 * ```ts
 * await kv.transact(function* (tx) {
 *   const before = yield* tx.get(key);
 *   tx.put(key, next(before));
 *   return before !== undefined;
 * });
 * ```
 *
 * Promises
 * - `transact` resolves when the writes are on stable storage; everything before it in commit order is there too.
 * - Transactions are serializable; when one returned before another began, it is before it in commit order.
 * - A program that throws leaves no write behind and disturbs no other.
 * - A read sees every acknowledged transaction, and only what is on stable storage.
 */

/** What a driver needs to know to answer; opaque to programs. */
export type KvRequest = unknown;

/** A question to the driver, to be used with `yield*` at once. */
export interface KvEffect<T> {
  [Symbol.iterator](): Iterator<KvRequest, T, unknown>;
}

/** The body of a transaction or a read while it runs. */
export type KvProgram<T> = Generator<KvRequest, T, unknown>;

export interface KvRange {
  /** Inclusive. */
  readonly start: Uint8Array;
  /** Exclusive. */
  readonly end: Uint8Array;
  /** At most this many rows; at least 1. */
  readonly limit: number;
  /** Stops before the row with which keys and values would exceed this; the first row always goes. */
  readonly bytesMax?: number;
  /** From the end backwards. */
  readonly reverse?: boolean;
}

export type KvEntry = readonly [key: Buffer, value: Buffer];

export interface KvPage<T> {
  readonly rows: T[];
  /** True when the range holds more rows than were given. */
  readonly hasMore: boolean;
}

/** Turns a row into what the caller wants of it. The two buffers are only valid during the call: copy what is kept. */
export type RowDecoder<T> = (key: Buffer, value: Buffer) => T;

export interface KvWalk {
  /** Inclusive. */
  readonly start: Uint8Array;
  /** Exclusive. */
  readonly end: Uint8Array;
  /** How many rows will likely be taken one after the other, at least 1: a driver that must ask for rows ahead asks for so many at first. */
  readonly rowsFirst: number;
}

/** Where a walk goes from a row: to the next one (true), nowhere (false), or to the first one from a key on, which lies behind the row. */
export type WalkStep = boolean | Uint8Array;

/** Gets the rows of a walk in order. The two buffers are only valid during the call: copy what is kept. */
export type RowWalker = (key: Buffer, value: Buffer) => WalkStep;

/** One consistent view of the store. */
export interface KvReader {
  get(key: Uint8Array): KvEffect<Buffer | undefined>;
  /**
   * Like `get`, for rows that seldom change and that everybody asks for: a driver may hand out what `decode` made of the same row before.
   * So it must depend on the row alone, always be the same for a key, and what it makes must never be changed.
   */
  getDecoded<T>(key: Uint8Array, decode: (value: Buffer) => T): KvEffect<T | undefined>;
  /** Like many gets, in one question; answers in the order of the keys. */
  getMany(keys: readonly Uint8Array[]): KvEffect<(Buffer | undefined)[]>;
  scan(range: KvRange): KvEffect<KvPage<KvEntry>>;
  /** A scan that decodes rows where they lie, without copying them first. */
  scanDecoded<T>(range: KvRange, decode: RowDecoder<T>): KvEffect<KvPage<T>>;
  /** Shows rows to `walker` until it has enough or the range ends. What it passes over costs nothing, however many rows that are. */
  walk(walk: KvWalk, walker: RowWalker): KvEffect<void>;
}

/** A reader that also writes. It sees its own writes. */
export interface KvTransaction extends KvReader {
  /** The value must not be changed by the caller until the transaction is acknowledged. */
  put(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
  /**
   * The next number of a named sequence, from 1. Numbers rise in commit order: who reads up to the highest number it sees
   * misses nothing that commits later. Numbers of failed transactions may be left out.
   */
  nextSequence(name: string): KvEffect<number>;
}

/** Reads that need no waiting; only a store that lies in this process has them. */
export interface SynchronousReads {
  get(key: Uint8Array): Buffer | undefined;
  /**
   * Like `get`; what `decode` made of a short row may be handed out again for as long as the row is the same. So it must depend on the row alone, always be the same for a
   * key, and what it makes must never be changed.
   */
  getDecoded<T>(key: Uint8Array, decode: (value: Buffer) => T): T | undefined;
  read<T>(program: (tx: KvReader) => KvProgram<T>): T;
}

/** Gets rows in order until it answers false: then this row was not taken. The two buffers are only valid during the call. */
export type RowVisitor = (key: Buffer, value: Buffer) => boolean;

/**
 * The store as it was at one moment, for as long as it is held: what others write meanwhile is not in it. Holding it costs: the
 * embedded store cannot use freed pages again and grows, a database keeps dead rows and a connection. So it is held for minutes,
 * not hours. Visits follow each other, the other calls may go on beside them; each rejects with KvError `closed` once the view was released or the store closed.
 */
export interface PinnedView {
  /** A visit keeps this thread to itself from its first row to its last: long ones are better cut into several. */
  readonly isSynchronous: boolean;
  get(key: Uint8Array): Promise<Buffer | undefined>;
  /** The key of the last row from `start` up to `end`, which is not in the range; undefined when it has no row. */
  lastKey(start: Uint8Array, end: Uint8Array): Promise<Buffer | undefined>;
  /**
   * Gives rows to `visitor`, at most `limit`. Resolves with true when the range holds rows that were not taken. `bytesMax` is a hint
   * of how much will be taken. A forward visit that goes on behind the last row of the one before is cheaper than another.
   */
  visit(range: KvRange, visitor: RowVisitor): Promise<boolean>;
  /** Lets go of the moment; any number of times. */
  release(): Promise<void>;
}

export interface OrderedKv {
  /** `single`: this process is the only writer, counters on one row are cheap. `many`: others write too, rows collide. */
  readonly writers: 'single' | 'many';
  readonly synchronous?: SynchronousReads;
  /** Transactions and reads since the store was opened, those of pinned views aside: who works in the background sees whether others do. */
  readonly operationCount?: number;
  /** Rejects with what the program threw, or with KvError. `signal` is heeded until the program starts. */
  transact<T>(program: (tx: KvTransaction) => KvProgram<T>, signal?: AbortSignal): Promise<T>;
  read<T>(program: (tx: KvReader) => KvProgram<T>): Promise<T>;
  get(key: Uint8Array): Promise<Buffer | undefined>;
  /** Holds on to this moment: every acknowledged transaction is in it. KvError `too-many-pins` when no more can be held. */
  pin(): Promise<PinnedView>;
  /** Why this store takes no writes until it is opened again, for readiness checks; undefined when it does. */
  whyNotWritable(): string | undefined;
  /** Releases pinned views, waits for running transactions; later calls reject with `closed`. */
  close(): Promise<void>;
}
