import { statfsSync } from 'node:fs';
import { KvError } from '../kv-error.ts';

const EIO = 5;
const ENOMEM = 12;
const ENOSPC = 28;
const MDB_MAP_FULL = -30792;
const NO_ROOM_CODES: readonly number[] = [ENOMEM, ENOSPC, MDB_MAP_FULL];
/** With less than this left a file system counts as full: the library says EIO for a write that was cut short by a full disk. */
const FREE_BYTES_MIN = 1024 * 1024;

function freeBytesOf(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** The system's number of an error: LMDB gives it as `code`, the runtime as a negative `errno`. */
function systemNumberOf(cause: unknown): number {
  if (!Error.isError(cause)) return 0;
  if ('code' in cause && typeof cause.code === 'number') return cause.code;
  return 'errno' in cause && typeof cause.errno === 'number' ? -cause.errno : 0;
}

/**
 * What a failed commit means. A full disk aborts the LMDB transaction, or the record of the log, as a whole: `unavailable`, the store is as it was and
 * may be tried again. Anything else is `storage-failed`: what the disk holds now is not known.
 */
export function classifyCommitFailure(cause: unknown, directory: string, batchBytes: number): KvError {
  const code = systemNumberOf(cause);
  const text = Error.isError(cause) ? cause.message : String(cause);
  const isFull = code === EIO && freeBytesOf(directory) < FREE_BYTES_MIN + batchBytes;
  if (isFull || NO_ROOM_CODES.includes(code))
    return new KvError('unavailable', `the embedded store has no room: ${text}`, { cause });
  return new KvError('storage-failed', `the disk failed under a commit: ${text}`, { cause });
}
