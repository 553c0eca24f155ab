import { KvError, type KvProgram, type KvTransaction } from '@needlestack/ordered-kv';
import type { TableCatalog } from './table-catalog.ts';
import { TableError } from './table-error.ts';

/**
 * Runs one transaction and says of a failing store what a client may conclude: `unavailable` when nothing was written,
 * `state-unknown` when it may have been. A client deletes its files on the first and must keep them on the second.
 */
export async function runTransaction<T>(
  catalog: Pick<TableCatalog, 'kv'>,
  program: (tx: KvTransaction) => KvProgram<T>,
): Promise<T> {
  try {
    return await catalog.kv.transact(program);
  } catch (error) {
    if (!(error instanceof KvError)) throw error;
    switch (error.code) {
      case 'invalid-key':
        throw new TableError('bad-request', 'A name is too long', { cause: error });
      case 'conflict':
      case 'unavailable':
      case 'closed':
        throw new TableError('unavailable', 'The catalog is busy', { cause: error });
      default:
        throw new TableError('state-unknown', 'The outcome is unknown', { cause: error });
    }
  }
}
