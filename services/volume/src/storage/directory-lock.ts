import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VolumeError } from '@needlestack/service-contracts';

const LOCK_FILE = 'needlestack.lock';
const SQLITE_BUSY = 5;

/** Holds a data directory until released or until the process ends, however it ends. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the directory for this process. Node has no file locks of its own; an exclusive SQLite transaction on an empty file is one
 * (a record lock of the kernel), which no crash can leave behind and which works between containers that share the directory.
 * @throws VolumeError `io-error` when another server holds it, in this process or another
 */
export function lockDirectory(directoryPath: string): DirectoryLock {
  const path = join(directoryPath, LOCK_FILE);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const busy = typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY;
    const reason = busy ? 'another volume server is using it' : 'its lock file cannot be opened';
    throw new VolumeError('io-error', `data directory ${directoryPath} cannot be used: ${reason}`, { cause: error });
  }
  const held = database;
  return { release: () => held.close() };
}
