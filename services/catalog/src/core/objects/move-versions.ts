/**
 * Rows of versions change places: the newest one steps back when another comes, and forward again when that goes.
 *
 * - The newest version of a key lies in one of two tables, by whether it is a delete marker; all others in the third.
 * - The `null` version has a row that tells its order exactly while it is not the newest.
 * - When there are older versions, the newest one says so. It may say so when they are gone.
 */
import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { isDeleteMarkerRecord, isNullVersionRecord, withOlderVersions } from '../codec/object-record.ts';
import { currentMarkerKey, nullVersionKey, objectKey, versionKey, versionsOfKey } from '../keys.ts';
import type { FoundVersion } from './find-version.ts';

interface KeyOfBucket {
  readonly bucketId: number;
  readonly key: string;
}

/** The newest version becomes an older one. */
export function stepBack(tx: KvTransaction, { bucketId, key }: KeyOfBucket, newest: FoundVersion): void {
  const { order, nonce } = newest.stored;
  tx.delete(newest.rowKey);
  tx.put(versionKey(bucketId, key, order), withOlderVersions(newest.row, false));
  if (nonce === undefined) tx.put(nullVersionKey(bucketId, key), encodeOrder(order));
}

/** Of a key whose newest version has gone, the newest of the others takes its place. */
export function* stepForward(tx: KvTransaction, { bucketId, key }: KeyOfBucket): KvProgram<void> {
  const older = yield* tx.scan({ ...versionsOfKey(bucketId, key), limit: 2 });
  const next = older.rows[0];
  if (next === undefined) return;
  const [rowKey, row] = next;
  const target = isDeleteMarkerRecord(row) ? currentMarkerKey(bucketId, key) : objectKey(bucketId, key);
  tx.put(target, withOlderVersions(row, older.rows.length > 1));
  tx.delete(rowKey);
  if (isNullVersionRecord(row)) tx.delete(nullVersionKey(bucketId, key));
}

/** The row of a version goes; who takes away the newest one calls stepForward next. */
export function removeRow(tx: KvTransaction, { bucketId, key }: KeyOfBucket, found: FoundVersion): void {
  tx.delete(found.rowKey);
  if (found.place === 'older' && found.stored.nonce === undefined) tx.delete(nullVersionKey(bucketId, key));
}

function encodeOrder(order: number): Buffer {
  const row = Buffer.allocUnsafe(8);
  row.writeBigUInt64BE(BigInt(order));
  return row;
}
