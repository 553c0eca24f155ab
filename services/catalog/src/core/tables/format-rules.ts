import { IcebergFormatError } from '@needlestack/iceberg-format';
import { TableError } from './table-error.ts';

/** Runs rules of the table format and turns their refusals into ours: the request is wrong, or came too late. */
export function withFormatRules<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof IcebergFormatError)) throw error;
    switch (error.code) {
      case 'requirement-failed':
      case 'rebuild-required':
        throw new TableError('commit-failed', error.message, { cause: error });
      case 'bad-json':
      case 'bad-request':
      case 'bad-metadata':
        throw new TableError('bad-request', error.message, { cause: error });
    }
  }
}
