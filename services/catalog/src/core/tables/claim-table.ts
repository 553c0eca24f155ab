import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { TableError } from './table-error.ts';
import { commitRecordKey, entryKey, locationKey, locationsWithin, tableUuidKey } from './table-keys.ts';
import { type CommitRecord, encodeCommitRecord, encodeTableEntry, type TableEntry } from './table-rows.ts';

/** The rows of one table within a transaction: the entry, and the claims on its location and uuid that go with it. */

/** Puts a new entry in place. Refuses with `already-exists` when another table has its uuid or (part of) its location. */
export function* putNewEntry(tx: KvTransaction, namespaceId: string, entry: TableEntry): KvProgram<void> {
  yield* claimLocation(tx, entry);
  yield* claimUuid(tx, entry);
  tx.put(entryKey(namespaceId, entry.name), encodeTableEntry(entry));
}

/** Replaces an entry by its next state, whose location or uuid may have changed. */
export function* putNextEntry(
  tx: KvTransaction,
  namespaceId: string,
  change: { readonly before: TableEntry; readonly after: TableEntry },
): KvProgram<void> {
  const { before, after } = change;
  if (before.location !== after.location) {
    tx.delete(locationKey(before.location));
    yield* claimLocation(tx, after);
  }
  if (before.tableUuid !== after.tableUuid) {
    tx.delete(tableUuidKey(before.tableUuid));
    yield* claimUuid(tx, after);
  }
  tx.put(entryKey(namespaceId, after.name), encodeTableEntry(after));
}

export function deleteEntry(tx: KvTransaction, namespaceId: string, entry: TableEntry): void {
  tx.delete(entryKey(namespaceId, entry.name));
  tx.delete(locationKey(entry.location));
  tx.delete(tableUuidKey(entry.tableUuid));
}

export function putCommitRecord(tx: KvTransaction, tableId: string, record: CommitRecord): void {
  tx.put(commitRecordKey(tableId, record.generation), encodeCommitRecord(record));
}

/**
 * No two tables share files by place: neither the same location nor one within the other, for then the purge or the clean-up
 * of one would delete the other's.
 */
function* claimLocation(tx: KvTransaction, entry: TableEntry): KvProgram<void> {
  const { location } = entry;
  const above = foldersAbove(location).map(locationKey);
  const owners = yield* tx.getMany([locationKey(location), ...above]);
  const within = yield* tx.scan({ ...locationsWithin(location), limit: 1 });
  const isTaken =
    within.rows.length > 0 || owners.some((owner) => owner !== undefined && owner.toString() !== entry.tableId);
  if (isTaken) throw new TableError('already-exists', `Location is used by another table: ${location}`);
  tx.put(locationKey(location), Buffer.from(entry.tableId));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function* claimUuid(tx: KvTransaction, entry: TableEntry): KvProgram<void> {
  if (!UUID.test(entry.tableUuid)) {
    throw new TableError('bad-request', `Invalid table UUID: ${JSON.stringify(entry.tableUuid.slice(0, 60))}`);
  }
  const owner = yield* tx.get(tableUuidKey(entry.tableUuid));
  if (owner !== undefined && owner.toString() !== entry.tableId) {
    throw new TableError('already-exists', `Table UUID is used by another table: ${entry.tableUuid}`);
  }
  tx.put(tableUuidKey(entry.tableUuid), Buffer.from(entry.tableId));
}

/** `s3://b/x/y` lies within `s3://b/x`; the bucket itself is no table's. */
function foldersAbove(location: string): string[] {
  const folders: string[] = [];
  const keyStart = location.indexOf('/', 's3://'.length) + 1;
  for (let slash = location.indexOf('/', keyStart); slash > 0; slash = location.indexOf('/', slash + 1)) {
    folders.push(location.slice(0, slash));
  }
  return folders;
}
