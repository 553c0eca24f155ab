import {
  close,
  constants,
  fdatasync,
  fstat,
  ftruncate,
  open,
  read,
  readSync,
  type Stats,
  write,
  writev,
} from 'node:fs';

type Done = (error: Error | null) => void;
type DoneBytes = (error: Error | null, bytes: number) => void;

/** The calls that volume data passes through. Tests put a faulty disk behind them. */
export interface FileSystem {
  open(path: string, flags: number, done: (error: Error | null, handle: number) => void): void;
  writev(handle: number, buffers: readonly Uint8Array[], position: number, done: DoneBytes): void;
  write(handle: number, bytes: Uint8Array, position: number, done: DoneBytes): void;
  read(handle: number, target: Uint8Array, length: number, position: number, done: DoneBytes): void;
  /** For bytes that are in the page cache. */
  readNow(handle: number, target: Uint8Array, length: number, position: number): number;
  fdatasync(handle: number, done: Done): void;
  ftruncate(handle: number, length: number, done: Done): void;
  fstat(handle: number, done: (error: Error | null, stats: Stats) => void): void;
  close(handle: number, done: Done): void;
}

export const OPEN_READ_ONLY = constants.O_RDONLY;
export const OPEN_READ_WRITE = constants.O_RDWR;
/** A write returns when it is on stable storage. */
export const OPEN_SYNCED = constants.O_RDWR | constants.O_DSYNC;
export const OPEN_CREATE = constants.O_RDWR | constants.O_CREAT;
/** Fails when the file is there already. */
export const OPEN_CREATE_NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;

const FILE_MODE = 0o644;

export const nodeFileSystem: FileSystem = {
  open: (path, flags, done) => open(path, flags, FILE_MODE, done),
  writev: (handle, buffers, position, done) => writev(handle, buffers, position, done),
  write: (handle, bytes, position, done) => write(handle, bytes, 0, bytes.length, position, done),
  read: (handle, target, length, position, done) => read(handle, target, 0, length, position, done),
  readNow: (handle, target, length, position) => readSync(handle, target, 0, length, position),
  fdatasync,
  ftruncate,
  fstat,
  close,
};

/** One call of the file system as a promise. */
export function call<T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null || error === undefined ? resolve(value) : reject(error)));
  });
}

/** The same for calls without a value. */
export function callVoid(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}
