import { KvError, type KvErrorCode } from '@needlestack/ordered-kv';
import { CatalogError, type CatalogErrorCode } from '@needlestack/service-contracts';

/**
 * What the store could not do, in the catalog's words. A refusal changed nothing; where the outcome is unknown or the disk
 * failed the error stays as it is: a fault of the system.
 */
const REFUSALS: Readonly<Record<KvErrorCode, 'Unavailable' | 'SlowDown' | 'InvalidRequest' | undefined>> = {
  closed: 'Unavailable',
  locked: 'Unavailable',
  unavailable: 'Unavailable',
  conflict: 'SlowDown',
  'too-many-pins': 'SlowDown',
  'invalid-key': 'InvalidRequest',
  'outcome-unknown': undefined,
  'storage-failed': undefined,
  damaged: undefined,
};

export function asCatalogError(error: unknown, conflictCode: CatalogErrorCode = 'SlowDown'): unknown {
  if (!(error instanceof KvError)) return error;
  const code = error.code === 'conflict' ? conflictCode : REFUSALS[error.code];
  return code === undefined ? error : new CatalogError(code, error.message);
}
