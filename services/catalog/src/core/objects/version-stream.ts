import { type KvProgram, type KvReader, keyAfter, type RowWalker } from '@needlestack/ordered-kv';
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
import { commonPrefixOf } from './common-prefix.ts';

const ENTRIES_GROWTH = 4;

/** One of the three tables in which versions lie. */
interface VersionTable {
  readonly isNewest: boolean;
  /** Rows of keys that begin with a prefix. */
  rangeOf(bucketId: number, prefix: Buffer): ByteRange;
  /** The object's key in a row's key: `before`, the one of the row before, when it is known to be that. */
  nameOf(rowKey: Buffer, before: Buffer | undefined): Buffer;
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

/** A version, or a common prefix of versions, which is not `listed`. */
export interface ListingEntry {
  /** The key, or the prefix. */
  readonly name: Buffer;
  readonly order: number;
  readonly listed: ListedVersion | undefined;
}

/** Where a listing begins: after all of `key`, at its versions below an order, or after all keys that begin with it. */
export interface ListingStart {
  readonly key: Buffer;
  readonly belowOrder?: number;
  readonly isPrefix?: boolean;
}

export interface StreamOptions {
  readonly bucketId: number;
  readonly prefix: Buffer;
  readonly delimiter: Buffer;
  readonly start: ListingStart | undefined;
  readonly withDetails: boolean;
  /** Entries of the first walk; each next one goes for more, up to what the page can still take. */
  readonly entriesFirst: number;
  readonly entriesMax: number;
}

/** The versions of one table in order of their keys, read as far as they are asked for. */
export class VersionStream {
  readonly #tx: KvReader;
  readonly #table: VersionTable;
  readonly #options: StreamOptions;
  readonly #end: Buffer;
  /** The next row, as far as it is known. */
  #start: Buffer;
  #limit: number;
  #entries: ListingEntry[] = [];
  #at = 0;
  /** Entries that were taken: the page has room for so many fewer. */
  #taken = 0;
  #isAtEnd = false;

  constructor(tx: KvReader, table: VersionTable, options: StreamOptions) {
    const { bucketId, prefix, start } = options;
    const range = table.rangeOf(bucketId, prefix);
    this.#tx = tx;
    this.#table = table;
    this.#options = options;
    this.#end = range.end;
    this.#limit = options.entriesFirst;
    const first = start === undefined ? range.start : firstRow(table, bucketId, start);
    this.#start = Buffer.compare(first, range.start) > 0 ? first : range.start;
  }

  /** The next entry, which stays until it is taken; undefined at the end, and when the stream is dry. */
  get head(): ListingEntry | undefined {
    return this.#entries[this.#at];
  }

  /** Rows must be read before its head can be told. */
  get isDry(): boolean {
    return this.#at >= this.#entries.length && !this.#isAtEnd;
  }

  take(): void {
    this.#at += 1;
    this.#taken += 1;
  }

  *fill(): KvProgram<void> {
    const { entriesMax } = this.#options;
    const limit = Math.max(1, Math.min(this.#limit, entriesMax - this.#taken));
    this.#limit = Math.min(this.#limit * ENTRIES_GROWTH, entriesMax);
    this.#entries = [];
    this.#at = 0;
    this.#isAtEnd = true;
    const walk = { start: this.#start, end: this.#end, rowsFirst: limit + 1 };
    yield* this.#tx.walk(walk, this.#collectUpTo(limit));
  }

  #collectUpTo(limit: number): RowWalker {
    const { bucketId, prefix, delimiter, withDetails } = this.#options;
    const table = this.#table;
    const options = { isLatest: table.isNewest, withDetails };
    const entries = this.#entries;
    let name: Buffer | undefined;
    let named: Buffer | undefined;
    let key = '';
    return (rowKey, row) => {
      if (entries.length >= limit) {
        this.#start = Buffer.from(rowKey);
        this.#isAtEnd = false;
        return false;
      }
      name = table.nameOf(rowKey, name);
      const order = orderOf(row);
      if (this.#wasGiven(name, order)) return true;
      const commonPrefix = commonPrefixOf(name, prefix.length, delimiter);
      if (commonPrefix !== undefined) {
        entries.push({ name: commonPrefix, order: 0, listed: undefined });
        return table.rangeOf(bucketId, commonPrefix).end;
      }
      // Versions of one key follow each other.
      if (name !== named) key = name.toString('utf8');
      named = name;
      entries.push({ name, order, listed: decodeListedVersion(key, row, options) });
      return true;
    };
  }

  /** Of the key that a listing goes on with, the newest version may have been given already. */
  #wasGiven(key: Buffer, order: number): boolean {
    const { start } = this.#options;
    return start?.belowOrder !== undefined && order >= start.belowOrder && key.equals(start.key);
  }
}

function firstRow(table: VersionTable, bucketId: number, { key, belowOrder, isPrefix }: ListingStart): Buffer {
  if (isPrefix === true) return table.rangeOf(bucketId, key).end;
  return belowOrder === undefined ? table.after(bucketId, key) : table.below(bucketId, key, belowOrder);
}
