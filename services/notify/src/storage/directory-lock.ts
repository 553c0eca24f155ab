import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NotifyError } from '../core/notify-error.ts';

const LOCK_FILE = 'needlestack.lock';

/** Holds a directory until released or until the process ends, however it ends. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the directory for this process. Node has no file locks; an exclusive SQLite transaction on an empty file is one that no crash
 * leaves behind. Throws NotifyError `unavailable` when another process holds it.
 */
export function lockDirectory(path: string): DirectoryLock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(path, LOCK_FILE));
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    throw new NotifyError('unavailable', `the directory ${path} is used by another process, or cannot be written`, {
      cause,
    });
  }
  const held = database;
  return { release: () => held.close() };
}
