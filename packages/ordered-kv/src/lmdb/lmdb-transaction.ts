import type {
  KvEffect,
  KvEntry,
  KvPage,
  KvRange,
  KvTransaction,
  KvWalk,
  RowDecoder,
  RowWalker,
} from '../ordered-kv.ts';
import { findWrite, OverlayCursor, type OverlayRow, WriteLayer } from '../write-overlay.ts';
import type { DecodedRows } from './decoded-rows.ts';
import { boundString, keyString } from './key-string.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';
import { walkMerged } from './walk-merged.ts';

/** An answer that is there already; it is its own iterator and its own last step, so that asking costs one object. */
class Answer<T> implements KvEffect<T>, Iterator<never, T, unknown>, IteratorReturnResult<T> {
  readonly done = true;
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): this {
    return this;
  }
}

const copyRow = (key: Buffer, value: Buffer): KvEntry => [Buffer.from(key), Buffer.from(value)];

/** One program's view: the durable store, the layers that are on their way to it, and the program's own writes on top. */
export class LmdbTransaction implements KvTransaction {
  readonly writes = new WriteLayer();
  readonly sequences = new Map<string, number>();
  bytesWritten = 0;
  readonly #environment: LmdbEnvironment;
  readonly #layers: readonly WriteLayer[];
  readonly #lastOf: (sequence: string) => number;
  readonly #decodedRows: DecodedRows;

  /** `layers`: writes that the tables do not have yet, oldest first. `lastOf`: last number given out of a sequence; not needed where nothing is written. */
  constructor(
    environment: LmdbEnvironment,
    layers: readonly WriteLayer[],
    decodedRows: DecodedRows,
    lastOf: (sequence: string) => number = () => 0,
  ) {
    this.#environment = environment;
    this.#layers = [...layers, this.writes];
    this.#lastOf = lastOf;
    this.#decodedRows = decodedRows;
  }

  #read(key: Uint8Array): Buffer | undefined {
    const name = keyString(key);
    // A mere read has nothing laid over the store: no hash of the key needs to be made.
    if (this.#layers.length === 1 && this.writes.rows.size === 0) return this.#environment.get(name);
    const written = findWrite(this.#layers, name);
    if (written === undefined) return this.#environment.get(name);
    return written === null ? undefined : Buffer.from(written);
  }

  get(key: Uint8Array): KvEffect<Buffer | undefined> {
    return new Answer(this.#read(key));
  }

  getDecoded<T>(key: Uint8Array, decode: (value: Buffer) => T): KvEffect<T | undefined> {
    const read = { name: keyString(key), layers: this.#layers, tables: this.#environment, decode };
    return new Answer(this.#decodedRows.read(read, true));
  }

  getMany(keys: readonly Uint8Array[]): KvEffect<(Buffer | undefined)[]> {
    return new Answer(keys.map((key) => this.#read(key)));
  }

  scan(range: KvRange): KvEffect<KvPage<KvEntry>> {
    return this.scanDecoded(range, copyRow);
  }

  scanDecoded<T>(range: KvRange, decode: RowDecoder<T>): KvEffect<KvPage<T>> {
    const start = boundString(range.start);
    const end = boundString(range.end);
    if (start >= end) return new Answer({ rows: [], hasMore: false });
    const page = new PageBuilder(range, decode);
    const overlay = new OverlayCursor(this.#layers, start, end, page.reverse);
    if (overlay.row === undefined) this.#scanStore(start, end, page);
    else this.#scanMerged(start, end, page, overlay);
    return new Answer({ rows: page.rows, hasMore: page.hasMore });
  }

  walk(walk: KvWalk, walker: RowWalker): KvEffect<void> {
    const start = boundString(walk.start);
    const end = boundString(walk.end);
    const overlay = new OverlayCursor(this.#layers, start, end, false);
    if (overlay.row === undefined) this.#environment.walk(start, end, walker);
    else walkMerged(this.#environment, { start, end }, overlay, walker);
    return new Answer<void>(undefined);
  }

  #scanStore<T>(start: string, end: string, page: PageBuilder<T>): void {
    const scan = { start, end, limit: page.limit + 1, reverse: page.reverse };
    this.#environment.visit(scan, (key, value) => page.add(key, value));
  }

  #scanMerged<T>(start: string, end: string, page: PageBuilder<T>, overlay: OverlayCursor): void {
    const addOverlayRow = ({ key, value }: OverlayRow): boolean => {
      overlay.advance();
      return value === null || page.add(Buffer.from(key, 'latin1'), Buffer.from(value));
    };
    let wantsMore = true;
    // Each row of the overlay may hide one of the store, so there is no telling how many of the store's are needed.
    const scan = { start, end, limit: Number.POSITIVE_INFINITY, reverse: page.reverse };
    this.#environment.visit(scan, (key, value) => {
      const name = boundString(key);
      for (let { row } = overlay; row !== undefined; { row } = overlay) {
        if (page.reverse ? row.key < name : row.key > name) break;
        wantsMore = addOverlayRow(row);
        if (!wantsMore || row.key === name) return wantsMore;
      }
      wantsMore = page.add(key, value);
      return wantsMore;
    });
    for (let { row } = overlay; wantsMore && row !== undefined; { row } = overlay) wantsMore = addOverlayRow(row);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.bytesWritten += key.length + value.length;
    this.writes.rows.set(keyString(key), value);
  }

  delete(key: Uint8Array): void {
    this.bytesWritten += key.length;
    this.writes.rows.set(keyString(key), null);
  }

  nextSequence(name: string): KvEffect<number> {
    const next = (this.sequences.get(name) ?? this.#lastOf(name)) + 1;
    this.sequences.set(name, next);
    return new Answer(next);
  }
}

/** Collects rows up to the range's limits. `add` returns false when the page is full. */
class PageBuilder<T> {
  readonly rows: T[] = [];
  hasMore = false;
  readonly limit: number;
  readonly reverse: boolean;
  readonly #bytesMax: number;
  readonly #decode: RowDecoder<T>;
  #bytes = 0;

  constructor(range: KvRange, decode: RowDecoder<T>) {
    this.limit = Math.max(1, range.limit);
    this.reverse = range.reverse === true;
    this.#bytesMax = range.bytesMax ?? Number.POSITIVE_INFINITY;
    this.#decode = decode;
  }

  add(key: Buffer, value: Buffer): boolean {
    this.#bytes += key.length + value.length;
    if (this.rows.length >= this.limit || (this.#bytes > this.#bytesMax && this.rows.length > 0)) {
      this.hasMore = true;
      return false;
    }
    this.rows.push(this.#decode(key, value));
    return true;
  }
}
