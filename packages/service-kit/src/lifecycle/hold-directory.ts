import { join } from 'node:path';

const LOCK_FILE = 'needlestack.lock';
const SQLITE_BUSY = 5;

/** A directory that belongs to this process until it is released, or until the process ends, however it ends. */
export interface HeldDirectory {
  release(): void;
}

/** Why a directory could not be taken: somebody else has it, or its lock file cannot be opened. */
export class DirectoryHeldError extends Error {
  readonly isInUse: boolean;

  constructor(path: string, isInUse: boolean, cause: unknown) {
    super(`the directory ${path} ${isInUse ? 'is in use' : 'cannot be locked: its lock file cannot be opened'}`, {
      cause,
    });
    this.name = 'DirectoryHeldError';
    this.isInUse = isInUse;
  }
}

/**
 * Takes a directory for this process. Node has no file locks of its own; an exclusive SQLite transaction on an empty file is one (a
 * record lock of the kernel), which no crash can leave behind and which works between containers that share the directory.
 * @throws DirectoryHeldError when somebody holds it, in this process or another
 */
export function holdDirectory(path: string): HeldDirectory {
  // Asked for only here: a service without a directory of its own does not load a database for it.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  let database: InstanceType<typeof DatabaseSync> | undefined;
  try {
    database = new DatabaseSync(join(path, LOCK_FILE));
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const isInUse = typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY;
    throw new DirectoryHeldError(path, isInUse, error);
  }
  const held = database;
  return { release: () => held.close() };
}
