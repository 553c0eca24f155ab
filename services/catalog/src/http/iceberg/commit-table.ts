import {
  COMMIT_REQUIREMENTS_MAX,
  COMMIT_UPDATES_MAX,
  decodeTableRequirement,
  decodeTableUpdate,
  readObject,
  readObjects,
  readOptional,
  readString,
  readStrings,
} from '@needlestack/iceberg-format';
import { type CommitTableRequest, commitTable as commitToCatalog } from '../../core/tables/commit-table.ts';
import { formatTableName } from '../../core/tables/find-entry.ts';
import { TableError } from '../../core/tables/table-error.ts';
import { decodeBody, type Operation, type OperationContext, tableOf } from './iceberg-operation.ts';
import { committedTableBody } from './table-answers.ts';

/** updateTable. */
export const commitTable: Operation = async (context) => {
  const { catalog, warehouse, caller, record } = context;
  const request = decodeBody(() => decodeRequest(context));
  const committed = await commitToCatalog(catalog, warehouse, request, caller, record);
  return { status: 200, body: committedTableBody(committed) };
};

function decodeRequest(context: OperationContext): CommitTableRequest {
  const { body } = context;
  const table = tableOf(context);
  const identifier = readOptional(readObject, body, 'identifier', 'request');
  if (identifier !== undefined) {
    const namespace = readStrings(identifier, 'namespace', 'identifier');
    const named = { namespace, name: readString(identifier, 'name', 'identifier') };
    if (JSON.stringify(named) !== JSON.stringify(table)) {
      throw new TableError(
        'bad-request',
        `The identifier ${formatTableName(named)} is not the table of the path, ${formatTableName(table)}`,
      );
    }
  }
  const requirements = readOptional(readObjects, body, 'requirements', 'request') ?? [];
  const updates = readOptional(readObjects, body, 'updates', 'request') ?? [];
  if (requirements.length > COMMIT_REQUIREMENTS_MAX || updates.length > COMMIT_UPDATES_MAX) {
    throw new TableError(
      'bad-request',
      `A commit has at most ${COMMIT_REQUIREMENTS_MAX} requirements and ${COMMIT_UPDATES_MAX} updates`,
    );
  }
  return { table, requirements: requirements.map(decodeTableRequirement), updates: updates.map(decodeTableUpdate) };
}
