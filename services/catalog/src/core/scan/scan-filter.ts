import { createHash } from 'node:crypto';
import { type ScanColumn, ScanError, type ScanTable } from '@needlestack/kv-scan/protocol';
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

/** Bytes of a stored key that are not shown, since all rows of the bucket have them. */
export const hiddenKeyBytes = (filter: ScanFilter): number => shardPrefix(filter.table.id, filter.bucketId).length;

/** Where the rows that follow a place lie. */
export function rangeFrom(filter: ScanFilter, place: ScanPlace): ByteRange {
  const shard = shardPrefix(filter.table.id, filter.bucketId);
  const first = Buffer.compare(filter.startKey, filter.prefix) > 0 ? filter.startKey : filter.prefix;
  const start = Buffer.concat([shard, place.lastKey ?? first]);
  return {
    start: place.lastKey === undefined ? start : keyAfter(start),
    end: endOfPrefix(Buffer.concat([shard, filter.prefix])),
  };
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

const NOTHING = Buffer.alloc(0);
const asStored: RowProjection = (_key, value) => value;

export function projectionOf({ table, column }: ScanFilter): RowProjection {
  if (column === 'key') return () => NOTHING;
  if (column === 'chunks') return chunksOf(table);
  if (column === 'value' && table.id === TABLE.identity) return (_key, value) => withoutSecret(value);
  return asStored;
}

function chunksOf(table: ScanTable): RowProjection {
  switch (table.id) {
    case TABLE.object:
    case TABLE.version:
      return (_key, value) => encodeChunks(decodeObjectRecord(value).version.chunks);
    case TABLE.part:
      return (_key, value) => encodeChunks(decodePartRecord(0, value).chunks);
    case TABLE.garbage:
      return (_key, value) => encodeChunks(decodeGarbageRecord(value));
    default:
      throw new ScanError('invalid-scan-request', `rows of the table ${table.name} name no needles`);
  }
}
