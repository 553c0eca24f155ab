/**
 * One process per directory. The lock is a file that names its owner so exactly (process, start of that process, boot of the
 * machine) that a lock left behind by a killed process is told from a live one, and no operator has to remove it. A process of
 * another container cannot be looked at like this, which is what a lock of the kernel (`hold`) is for.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KvError } from './kv-error.ts';
import { systemCodeOf } from './system-code.ts';

const LOCK_FILE = 'owner.lock';
const TRIES_MAX = 5;

export interface DirectoryLock {
  release(): void;
}

/** Takes a directory by a lock of the kernel. Throws, saying why, when another process has it, in whatever container. */
export type HoldDirectory = (directory: string) => DirectoryLock;

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Start of a process in clock ticks since boot, or empty where the system does not tell. */
function startTicksOf(pid: number): string {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The second field may hold blanks and parentheses; the start time is the 20th field after it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}

function describeOwner(pid: number): string {
  return `${pid} ${startTicksOf(pid)} ${readOrEmpty('/proc/sys/kernel/random/boot_id').trim()}`;
}

function isHeld(owner: string): boolean {
  const pid = Number(owner.split(' ')[0]);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && describeOwner(pid) === owner;
}

/** Two starters may judge the same stale lock: what is removed must be what was judged, else it is put back. */
function removeStaleLock(path: string, owner: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readOrEmpty(aside) === owner) rmSync(aside, { force: true });
    else renameSync(aside, path);
  } catch {
    // The other starter was faster; the caller looks again.
  }
}

function refuseWhenHeld(directory: string, owner: string): void {
  if (!isHeld(owner)) return;
  throw new KvError('locked', `${directory} is in use by process ${owner.split(' ')[0]}; stop it first`);
}

function holdOrRefuse(directory: string, hold: HoldDirectory): DirectoryLock {
  try {
    return hold(directory);
  } catch (cause) {
    throw new KvError('locked', Error.isError(cause) ? cause.message : String(cause), { cause });
  }
}

function writeOwner(directory: string, path: string): void {
  const me = describeOwner(process.pid);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    try {
      writeFileSync(path, me, { flag: 'wx' });
      return;
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error;
    }
    const owner = readOrEmpty(path);
    refuseWhenHeld(directory, owner);
    removeStaleLock(path, owner);
  }
  throw new KvError('locked', `${directory} is being opened by several processes at once`);
}

/** Makes the directory if need be and takes it. KvError `locked` names the process that has it, where it can be seen from here. */
export function lockDirectory(directory: string, hold?: HoldDirectory): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, LOCK_FILE);
  refuseWhenHeld(directory, readOrEmpty(path));
  const held = hold === undefined ? undefined : holdOrRefuse(directory, hold);
  try {
    writeOwner(directory, path);
  } catch (error) {
    held?.release();
    throw error;
  }
  return {
    release: () => {
      rmSync(path, { force: true });
      held?.release();
    },
  };
}
