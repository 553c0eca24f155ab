import { dropTable as dropFromCatalog } from '../../core/tables/drop-table.ts';
import { TableError } from '../../core/tables/table-error.ts';
import { NO_CONTENT } from './iceberg-answer.ts';
import { type Operation, tableOf } from './iceberg-operation.ts';

/** dropTable. Some clients spell the parameter `True`. */
export const dropTable: Operation = async (context) => {
  const { catalog, warehouse, query, caller, record } = context;
  const purge = (query.get('purgeRequested') ?? 'false').toLowerCase();
  if (purge !== 'true' && purge !== 'false') {
    throw new TableError(
      'bad-request',
      `purgeRequested must be true or false, found ${JSON.stringify(purge.slice(0, 40))}`,
    );
  }
  await dropFromCatalog(
    catalog,
    warehouse,
    { table: tableOf(context), isPurgeRequested: purge === 'true' },
    caller,
    record,
  );
  return NO_CONTENT;
};
