import { createHash } from 'node:crypto';
import { SCAN_TABLES, type ScanColumn, type ScanTable } from '@needlestack/kv-scan/protocol';
import { endOfPrefix, keyAfter } from '@needlestack/ordered-kv';
import { encodeChunks } from '../codec/chunk-list.ts';
import { decodeGarbageRecord } from '../codec/garbage-record.ts';
import { withoutSecret } from '../codec/identity-record.ts';
import { decodeObjectRecord } from '../codec/object-record.ts';
import { decodePartRecord } from '../codec/part-record.ts';
import { type ByteRange, shardPrefix, TABLE } from '../keys.ts';

/** What a scan shows, from its first row to its last. */
export interface ScanFilter {
  readonly table: ScanTable;
  readonly bucketId: number;
  /** Most rows of the whole scan; infinite when there is no bound. */
  readonly rowsMax: number;
  readonly startKey: Uint8Array;
  readonly prefix: Uint8Array;
  readonly column: ScanColumn;
}

/** How far a scan is. */
export interface ScanPlace {
  /** Of the last row that was given; without table and shard. */
  readonly lastKey: Buffer | undefined;
  readonly rowsGiven: number;
}

export const SCAN_START: ScanPlace = { lastKey: undefined, rowsGiven: 0 };

const NOTHING = Buffer.alloc(0);

/** What stored keys of the scan begin with that is not shown, since all of them do. */
export const hiddenPrefix = ({ table, bucketId }: ScanFilter): Buffer =>
  table.id === SCAN_TABLES.needles.id ? NOTHING : shardPrefix(table.id, bucketId);

const NEEDLE_SPANS = [TABLE.object, TABLE.version, TABLE.part, TABLE.garbage].map((table) => Buffer.from([table]));

const later = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) > 0 ? a : b);
const earlier = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) < 0 ? a : b);

/** Where the rows that follow a place lie, in order. */
export function rangesFrom(filter: ScanFilter, place: ScanPlace): ByteRange[] {
  const hidden = hiddenPrefix(filter);
  const spans = hidden.length === 0 ? NEEDLE_SPANS : [hidden];
  const { lastKey } = place;
  const first = later(Buffer.from(filter.startKey), Buffer.from(filter.prefix));
  const start = lastKey === undefined ? Buffer.concat([hidden, first]) : keyAfter(Buffer.concat([hidden, lastKey]));
  const end = endOfPrefix(Buffer.concat([hidden, filter.prefix]));
  return spans
    .map((span) => ({ start: later(start, span), end: earlier(end, endOfPrefix(span)) }))
    .filter((range) => Buffer.compare(range.start, range.end) < 0);
}

/** Tells filters apart: a token goes on with the scan that it is of, and with no other. */
export function hashFilter(filter: ScanFilter): Buffer {
  const hash = createHash('sha256');
  const numbers = Buffer.allocUnsafe(20);
  numbers.writeUInt16BE(filter.table.id, 0);
  numbers.writeUInt16BE(filter.bucketId, 2);
  numbers.writeDoubleBE(filter.rowsMax, 4);
  numbers.writeUInt32BE(filter.startKey.length, 12);
  numbers.writeUInt32BE(filter.prefix.length, 16);
  return hash
    .update(numbers)
    .update(filter.startKey)
    .update(filter.prefix)
    .update(filter.column)
    .digest()
    .subarray(0, 8);
}

/** What of a stored row goes into its value. The buffers given are only valid during the call; so is the answer. */
export type RowProjection = (key: Buffer, value: Buffer) => Buffer;

const asStored: RowProjection = (_key, value) => value;

export function projectionOf({ table, column }: ScanFilter): RowProjection {
  if (column === 'key') return () => NOTHING;
  if (column === 'chunks') return chunksOf;
  if (column === 'value' && table.id === TABLE.identity) return (_key, value) => withoutSecret(value);
  return asStored;
}

/** Only tables that name needles have the column. */
const chunksOf: RowProjection = (key, value) => {
  switch (key[0]) {
    case TABLE.part:
      return encodeChunks(decodePartRecord(0, value).chunks);
    case TABLE.garbage:
      return encodeChunks(decodeGarbageRecord(value));
    default:
      return encodeChunks(decodeObjectRecord(value).version.chunks);
  }
};
