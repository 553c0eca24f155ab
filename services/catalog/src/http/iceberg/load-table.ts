import { keepReferencedSnapshots } from '@needlestack/iceberg-format';
import { findTable, readCurrentState } from '../../core/tables/load-table.ts';
import { TableError } from '../../core/tables/table-error.ts';
import { type IcebergAnswer, NO_CONTENT } from './iceberg-answer.ts';
import { type Operation, tableOf } from './iceberg-operation.ts';
import { loadedTableBody, tableEtag } from './table-answers.ts';

const SNAPSHOTS = ['all', 'refs'];

/** loadTable; 304 when the client has this state already. */
export const loadTable: Operation = async (context): Promise<IcebergAnswer> => {
  const { catalog, settings, warehouse, caller, query, headers } = context;
  const snapshots = query.get('snapshots') ?? 'all';
  if (!SNAPSHOTS.includes(snapshots)) {
    throw new TableError(
      'bad-request',
      `snapshots must be all or refs, found ${JSON.stringify(snapshots.slice(0, 40))}`,
    );
  }
  const entry = await findTable(catalog, warehouse, tableOf(context));
  const etag = tableEtag(entry.metadataLocation, snapshots);
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  if (known.includes(etag)) return { status: 304, headers: { etag } };
  const state = await readCurrentState(catalog, entry, caller);
  const metadata = snapshots === 'refs' ? keepReferencedSnapshots(state.metadata) : state.metadata;
  return { status: 200, headers: { etag }, body: loadedTableBody({ ...state, metadata }, settings, warehouse) };
};

/** tableExists. */
export const checkTable: Operation = async (context) => {
  await findTable(context.catalog, context.warehouse, tableOf(context));
  return NO_CONTENT;
};
