import { type KvProgram, type KvReader, keyAfter } from '@needlestack/ordered-kv';
import type { ListedVersion } from '@needlestack/service-contracts';
import { decodeListedVersion, orderOf } from '../codec/object-record.ts';
import {
  afterVersionsOf,
  type ByteRange,
  OBJECT_KEY_AT,
  objectsRange,
  TABLE,
  versionKey,
  versionNameOf,
  versionsRange,
} from '../keys.ts';
import { LIST_ROWS_AFTER_PREFIX } from '../limits.ts';

const ROWS_GROWTH = 4;

/** One of the three tables in which versions lie. */
interface VersionTable {
  readonly isNewest: boolean;
  /** Rows of keys that begin with a prefix. */
  rangeOf(bucketId: number, prefix: Buffer): ByteRange;
  /** The object's key in a row's key. */
  nameOf(rowKey: Buffer): Buffer;
  /** The first row after all of one key. */
  after(bucketId: number, key: Buffer): Buffer;
  /** The first row of a key with an order below `order`, as far as row keys tell. */
  below(bucketId: number, key: Buffer, order: number): Buffer;
}

const newestTable = (table: number): VersionTable => ({
  isNewest: true,
  rangeOf: (bucketId, prefix) => objectsRange(bucketId, prefix, table),
  nameOf: (rowKey) => Buffer.from(rowKey.subarray(OBJECT_KEY_AT)),
  after: (bucketId, key) => keyAfter(objectsRange(bucketId, key, table).start),
  below: (bucketId, key) => objectsRange(bucketId, key, table).start,
});

export const VERSION_TABLES: readonly VersionTable[] = [
  newestTable(TABLE.object),
  newestTable(TABLE.currentMarker),
  {
    isNewest: false,
    rangeOf: versionsRange,
    nameOf: versionNameOf,
    after: afterVersionsOf,
    below: (bucketId, key, order) => keyAfter(versionKey(bucketId, key.toString('utf8'), order)),
  },
];

export interface VersionEntry {
  readonly key: Buffer;
  readonly order: number;
  readonly listed: ListedVersion;
}

/** Where a listing begins: after all of `key`, or at its versions below an order. */
export interface ListingStart {
  readonly key: Buffer;
  readonly belowOrder?: number;
}

export interface StreamOptions {
  readonly bucketId: number;
  readonly prefix: Buffer;
  readonly start: ListingStart | undefined;
  readonly withDetails: boolean;
  /** Rows of the first scan; each next one asks for more, up to what the page can still take. */
  readonly rowsFirst: number;
  readonly rowsMax: number;
}

/** The versions of one table in order of their keys, read as far as they are asked for. */
export class VersionStream {
  readonly #tx: KvReader;
  readonly #table: VersionTable;
  readonly #options: StreamOptions;
  readonly #end: Buffer;
  #start: Buffer;
  #limit: number;
  #entries: VersionEntry[] = [];
  #at = 0;
  /** Versions that were taken: the page has room for so many fewer. */
  #taken = 0;
  #isAtEnd = false;

  constructor(tx: KvReader, table: VersionTable, options: StreamOptions) {
    const { bucketId, prefix, start } = options;
    const range = table.rangeOf(bucketId, prefix);
    this.#tx = tx;
    this.#table = table;
    this.#options = options;
    this.#end = range.end;
    this.#limit = options.rowsFirst;
    this.#start = range.start;
    if (start === undefined) return;
    const first =
      start.belowOrder === undefined
        ? table.after(bucketId, start.key)
        : table.below(bucketId, start.key, start.belowOrder);
    if (Buffer.compare(first, range.start) > 0) this.#start = first;
  }

  /** The next version, which stays until it is taken. */
  *peek(): KvProgram<VersionEntry | undefined> {
    for (;;) {
      const entry = this.#entries[this.#at];
      if (entry !== undefined && !this.#isBefore(entry)) return entry;
      if (entry !== undefined) this.#at += 1;
      else if (this.#isAtEnd || Buffer.compare(this.#start, this.#end) >= 0) return undefined;
      else yield* this.#fill();
    }
  }

  take(): void {
    this.#at += 1;
    this.#taken += 1;
  }

  /** Goes on after all keys with a prefix. */
  skipPrefix(prefix: Buffer): void {
    const { end } = this.#table.rangeOf(this.#options.bucketId, prefix);
    while (this.#entries[this.#at]?.key.subarray(0, prefix.length).equals(prefix)) this.#at += 1;
    if (this.#at < this.#entries.length) return;
    if (Buffer.compare(end, this.#start) > 0) this.#start = end;
    this.#limit = LIST_ROWS_AFTER_PREFIX;
  }

  *#fill(): KvProgram<void> {
    const { withDetails, rowsMax } = this.#options;
    const { isNewest } = this.#table;
    const limit = Math.max(1, Math.min(this.#limit, rowsMax - this.#taken));
    const range = { start: this.#start, end: this.#end, limit };
    const options = { isLatest: isNewest, withDetails };
    const page = yield* this.#tx.scanDecoded(range, (rowKey, row): VersionEntry => {
      const key = this.#table.nameOf(rowKey);
      return { key, order: orderOf(row), listed: decodeListedVersion(key.toString('utf8'), row, options) };
    });
    this.#entries = page.rows;
    this.#at = 0;
    this.#limit = Math.min(this.#limit * ROWS_GROWTH, rowsMax);
    this.#isAtEnd = !page.hasMore;
    const last = page.rows.at(-1);
    if (last === undefined) return;
    const { bucketId } = this.#options;
    this.#start = isNewest ? this.#table.after(bucketId, last.key) : this.#table.below(bucketId, last.key, last.order);
  }

  /** Of the key that a listing goes on with, the newest version may have been given already. */
  #isBefore(entry: VersionEntry): boolean {
    const { start } = this.#options;
    return start?.belowOrder !== undefined && entry.order >= start.belowOrder && entry.key.equals(start.key);
  }
}
