import { KvError } from '../kv-error.ts';

const MDB_PAGE_NOTFOUND = -30797;
const MDB_CORRUPTED = -30796;
const MDB_VERSION_MISMATCH = -30794;
const MDB_INVALID = -30793;
const DAMAGE_CODES: readonly number[] = [MDB_PAGE_NOTFOUND, MDB_CORRUPTED, MDB_VERSION_MISMATCH, MDB_INVALID];

/** What the library says when it cannot open a store, with the place that it leaves out. */
export function classifyOpenFailure(cause: unknown, directory: string): KvError {
  const text = Error.isError(cause) ? cause.message : String(cause);
  const code = Error.isError(cause) && 'code' in cause && typeof cause.code === 'number' ? cause.code : 0;
  if (!DAMAGE_CODES.includes(code))
    return new KvError('unavailable', `the store in ${directory} cannot be opened: ${text}`, { cause });
  const message = `the store in ${directory} is damaged (${text}): restore it from a backup`;
  return new KvError('damaged', message, { cause });
}
