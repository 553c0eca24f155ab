import {
  type AppliedCommit,
  applyCommit,
  findLandedCommit,
  type TableMetadata,
  type TableRequirement,
  type TableUpdate,
} from '@needlestack/iceberg-format';
import { checkReferencedFiles } from './check-referenced-files.ts';
import { putCommitRecord, putNextEntry } from './claim-table.ts';
import { newTableLocation, storeNewTable } from './create-table.ts';
import { deleteQuietly, discardQuietly } from './discard-metadata.ts';
import { formatTableName, nameIsTaken, readEntry, readNamespace, readTable, type TableName } from './find-entry.ts';
import { withFormatRules } from './format-rules.ts';
import type { RecordAnswer } from './idempotency.ts';
import { COMMIT_TRIES_MAX } from './limits.ts';
import { readCurrentState } from './load-table.ts';
import type { StoredTable } from './loaded-table.ts';
import { versionOfMetadataFile } from './metadata-store.ts';
import { checkTableLocation } from './object-uri.ts';
import type { Caller } from './ports.ts';
import { runTransaction } from './run-transaction.ts';
import type { TableCatalog } from './table-catalog.ts';
import { TableError } from './table-error.ts';
import type { TableEntry } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

export interface CommitTableRequest {
  readonly table: TableName;
  readonly requirements: readonly TableRequirement[];
  readonly updates: readonly TableUpdate[];
}

/**
 * Applies updates to a table: reads its state, checks and changes it, writes the new state to a file of its own, and moves the
 * pointer with one compare-and-swap that also holds the commit record and the recorded answer. Who loses the race tries again
 * on the new state as long as the requirements hold there.
 *
 * Refuses with `no-such-table`, `no-such-namespace` (create), `commit-failed`, `bad-request`; nothing has landed then, and
 * nothing has on `unavailable`. After `state-unknown` it may have.
 */
export async function commitTable(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: CommitTableRequest,
  caller: Caller,
  record: RecordAnswer,
): Promise<StoredTable> {
  await checkReferencedFiles(catalog, request.updates);
  const queueKey = JSON.stringify([warehouse.bucketId, request.table.namespace, request.table.name]);
  return catalog.queue.run(queueKey, async () => {
    for (let tries = 1; ; tries += 1) {
      // Whoever went away while waiting wants no commit any more.
      caller.signal?.throwIfAborted();
      const committed = await tryCommit(catalog, warehouse, request, caller, record);
      if (committed !== undefined) return committed;
      if (tries === COMMIT_TRIES_MAX) {
        throw new TableError(
          'commit-failed',
          `Cannot commit ${formatTableName(request.table)}: other commits came first`,
        );
      }
    }
  });
}

/** Undefined when another commit came first. */
async function tryCommit(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: CommitTableRequest,
  caller: Caller,
  record: RecordAnswer,
): Promise<StoredTable | undefined> {
  const { table } = request;
  const entry = await findEntry(catalog, warehouse, request);
  if (entry === undefined) {
    const { metadata } = planCommit(catalog, warehouse, request, undefined);
    return storeNewTable(
      catalog,
      warehouse,
      { table, metadata, operation: 'commit', hasConfig: false },
      caller,
      record,
    );
  }
  const base = await readCurrentState(catalog, entry, caller);
  const plan = hasLanded(base.metadata, request) ? undefined : planCommit(catalog, warehouse, request, base);
  if (plan === undefined || !plan.isChanged) {
    const { metadataLocation } = base;
    await runTransaction(catalog, (tx) => record(tx, { status: 200, metadataLocation }));
    return base;
  }
  const version = Math.max(versionOfMetadataFile(entry.metadataLocation), entry.generation - 1) + 1;
  const metadataLocation = await catalog.metadata.write(plan.metadata, version, caller);
  const next: StoredTable = { metadata: plan.metadata, metadataLocation };
  try {
    if (!(await movePointer(catalog, warehouse, { table, before: entry, next }, caller, record))) {
      await deleteQuietly(catalog, metadataLocation, caller);
      return undefined;
    }
  } catch (error) {
    await discardQuietly(catalog, error, metadataLocation, caller);
    throw error;
  }
  // The commit has landed: from here on nothing turns it into an error.
  for (const file of plan.deletableFiles) {
    if (file.startsWith(`${plan.metadata.location}/`)) await deleteQuietly(catalog, file, caller);
  }
  return next;
}

/** Undefined when there is no table and the commit is to create it. */
async function findEntry(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: CommitTableRequest,
): Promise<TableEntry | undefined> {
  const { table } = request;
  const isCreate = request.requirements.some((requirement) => requirement.type === 'assert-create');
  return catalog.kv.read(function* (tx) {
    if (!isCreate) return (yield* readTable(tx, warehouse, table)).entry;
    const { namespaceId } = yield* readNamespace(tx, warehouse, table.namespace);
    const entry = yield* readEntry(tx, namespaceId, table.name);
    if (entry?.kind === 'view') throw nameIsTaken(table, entry);
    return entry;
  });
}

/**
 * A client that lost the answer of its commit sends it again: it succeeded if its snapshots are in the history. The same ids
 * with other manifests are another client's.
 */
function hasLanded(metadata: TableMetadata, request: CommitTableRequest): boolean {
  const landed = findLandedCommit(metadata, request.updates);
  if (landed === 'clash')
    throw new TableError('commit-failed', 'A snapshot id of this commit is used by another snapshot');
  return landed === 'landed';
}

function planCommit(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: CommitTableRequest,
  base: StoredTable | undefined,
): AppliedCommit {
  const tableUuid = catalog.newUuid();
  const applied = withFormatRules(() =>
    applyCommit({
      base: base?.metadata,
      ...(base === undefined ? {} : { baseLocation: base.metadataLocation }),
      requirements: request.requirements,
      updates: request.updates,
      nowMs: catalog.now(),
      newTable: { tableUuid, location: newTableLocation(warehouse, tableUuid) },
    }),
  );
  const { location } = applied.metadata;
  if (location !== base?.metadata.location) checkTableLocation(location, warehouse.bucket);
  return applied;
}

interface PointerMove {
  readonly table: TableName;
  readonly before: TableEntry;
  readonly next: StoredTable;
}

/** The one transaction of a commit. False when the pointer is not where it was; refuses when the table is gone. */
async function movePointer(
  catalog: TableCatalog,
  warehouse: Warehouse,
  move: PointerMove,
  caller: Caller,
  record: RecordAnswer,
): Promise<boolean> {
  const { before, next } = move;
  const { metadataLocation } = next;
  const atMs = catalog.now();
  const generation = before.generation + 1;
  const after: TableEntry = {
    ...before,
    tableUuid: next.metadata['table-uuid'],
    location: next.metadata.location,
    metadataLocation,
    generation,
    modifiedAtMs: atMs,
  };
  return runTransaction(catalog, function* (tx) {
    const { namespace, entry } = yield* readTable(tx, warehouse, move.table);
    if (entry.tableId !== before.tableId || entry.generation !== before.generation) return false;
    yield* putNextEntry(tx, namespace.namespaceId, { before, after });
    putCommitRecord(tx, after.tableId, {
      operation: 'commit',
      generation,
      atMs,
      principalId: caller.principalId,
      metadataLocation,
      previousMetadataLocation: before.metadataLocation,
    });
    yield* record(tx, { status: 200, metadataLocation });
    return true;
  });
}
