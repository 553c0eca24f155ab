import type { ByteSource } from '@needlestack/needle-format';
import type { RecordFile } from '../core/ports.ts';
import type { CachedRecords } from './files/cached-records.ts';
import { callVoid, type FileSystem } from './files/file-system.ts';
import { WRITE_PIECE_BYTES, writeInPieces } from './files/write-in-pieces.ts';

/*
 * Invariants
 * V1 `endBytes` moves only when an append is complete, and with `durable` only when it is on stable storage.
 * V2 One append at a time; the caller (the append queue) keeps to it.
 * V3 The handle is closed after the last read under way, so that its number cannot be reused below a read.
 */

/** Reads up to this size of bytes appended or read lately are done at once: they are in the page cache, where a read costs 1 µs. */
const DIRECT_READ_BYTES_MAX = 32_768;
/** How far back from the end bytes appended by this process count as lately. */
const DIRECT_READ_WINDOW_BYTES = 64 * 2 ** 20;

export interface VolumeFileOptions {
  /** The same file once more, if the first handle syncs each write by itself: for appends of several writes, which share one sync. */
  readonly unsyncedHandle?: number | undefined;
  /** Larger reads are made of several, so that others have their turn in between; undefined for one each. */
  readonly readPieceBytes?: number | undefined;
  /** Of the file's disk. Without it only what was appended lately counts as cached. */
  readonly cachedRecords?: CachedRecords | undefined;
}

/** Owns the handles of one `.dat` file. */
export class VolumeFile implements RecordFile {
  readonly #files: FileSystem;
  readonly #handle: number;
  readonly #unsyncedHandle: number | undefined;
  readonly #readPieceBytes: number;
  readonly #cachedRecords: CachedRecords | undefined;
  readonly #openedEndBytes: number;
  #endBytes: number;
  #readsUnderWay = 0;
  #onIdle: (() => void) | undefined;
  #closed = false;

  constructor(
    files: FileSystem,
    handle: number,
    endBytes: number,
    { unsyncedHandle, readPieceBytes = Number.POSITIVE_INFINITY, cachedRecords }: VolumeFileOptions = {},
  ) {
    this.#files = files;
    this.#handle = handle;
    this.#endBytes = endBytes;
    this.#openedEndBytes = endBytes;
    this.#unsyncedHandle = unsyncedHandle;
    this.#readPieceBytes = readPieceBytes;
    this.#cachedRecords = cachedRecords;
  }

  get endBytes(): number {
    return this.#endBytes;
  }

  append(buffers: readonly Uint8Array[], lengthBytes: number, durable: boolean, done: (error?: Error) => void): void {
    const finish = (error: Error | null): void => {
      if (error !== null && error !== undefined) {
        done(error);
        return;
      }
      this.#endBytes += lengthBytes;
      done();
    };
    const isOneWrite = lengthBytes <= WRITE_PIECE_BYTES;
    const handle = isOneWrite ? this.#handle : (this.#unsyncedHandle ?? this.#handle);
    const isSyncedAlready = isOneWrite && this.#unsyncedHandle !== undefined;
    writeInPieces(this.#files, handle, buffers, this.#endBytes, (error) => {
      if (error !== null || !durable || isSyncedAlready) finish(error);
      else this.#files.fdatasync(handle, finish);
    });
  }

  read(
    target: Uint8Array,
    lengthBytes: number,
    offsetBytes: number,
    done: (error: Error | undefined, bytesRead: number) => void,
  ): void {
    if (this.#closed) {
      done(new Error('the volume file is closed'), 0);
      return;
    }
    if (this.isAtHand(lengthBytes, offsetBytes)) {
      this.#readAtOnce(target, lengthBytes, offsetBytes, done);
      return;
    }
    this.#readsUnderWay += 1;
    const finish = (error: Error | null | undefined, bytesRead: number): void => {
      this.#readsUnderWay -= 1;
      if (this.#readsUnderWay === 0) this.#onIdle?.();
      if (lengthBytes <= DIRECT_READ_BYTES_MAX && bytesRead > 0) this.#cachedRecords?.note(this.#handle, offsetBytes);
      done(error ?? undefined, bytesRead);
    };
    if (lengthBytes <= this.#readPieceBytes) this.#files.read(this.#handle, target, lengthBytes, offsetBytes, finish);
    else this.#readPieces(target.subarray(0, lengthBytes), offsetBytes, 0, finish);
  }

  /** A large needle on a slow disk does not keep a thread of the pool from all other reads. */
  #readPieces(
    target: Uint8Array,
    offsetBytes: number,
    readBytes: number,
    done: (error: Error | null | undefined, bytesRead: number) => void,
  ): void {
    const piece = target.subarray(readBytes, readBytes + this.#readPieceBytes);
    this.#files.read(this.#handle, piece, piece.length, offsetBytes + readBytes, (error, bytesRead) => {
      const total = readBytes + bytesRead;
      const isOver = (error !== null && error !== undefined) || bytesRead < piece.length || total === target.length;
      if (isOver) done(error, total);
      else this.#readPieces(target, offsetBytes, total, done);
    });
  }

  readNow(target: Uint8Array, lengthBytes: number, offsetBytes: number): number {
    const read = (): number => this.#files.readNow(this.#handle, target, lengthBytes, offsetBytes);
    return this.#cachedRecords === undefined ? read() : this.#cachedRecords.time(read);
  }

  truncateToEnd(): Promise<void> {
    return callVoid((done) => this.#files.ftruncate(this.#handle, this.#endBytes, done));
  }

  sync(): Promise<void> {
    return callVoid((done) => this.#files.fdatasync(this.#handle, done));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#readsUnderWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    for (const handle of [this.#handle, this.#unsyncedHandle])
      if (handle !== undefined) await callVoid((done) => this.#files.close(handle, done));
  }

  /** Small, and appended or read lately. */
  isAtHand(lengthBytes: number, offsetBytes: number): boolean {
    if (this.#closed || lengthBytes > DIRECT_READ_BYTES_MAX) return false;
    const isAppendedLately =
      offsetBytes >= this.#openedEndBytes && offsetBytes >= this.#endBytes - DIRECT_READ_WINDOW_BYTES;
    if (isAppendedLately) return this.#cachedRecords?.areReadsFast !== false;
    return this.#cachedRecords?.has(this.#handle, offsetBytes) === true;
  }

  #readAtOnce(
    target: Uint8Array,
    lengthBytes: number,
    offsetBytes: number,
    done: (error: Error | undefined, bytesRead: number) => void,
  ): void {
    let bytesRead = 0;
    try {
      bytesRead = this.readNow(target, lengthBytes, offsetBytes);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)), 0);
      return;
    }
    done(undefined, bytesRead);
  }
}

/** A volume's data file as a source for scans. */
export function fileSource(files: FileSystem, handle: number, lengthBytes: number): ByteSource {
  return {
    lengthBytes,
    read: (offsetBytes, wantedBytes) =>
      new Promise((resolve, reject) => {
        const target = Buffer.allocUnsafe(wantedBytes);
        files.read(handle, target, wantedBytes, offsetBytes, (error, bytesRead) => {
          if (error !== null && error !== undefined) reject(error);
          else resolve(target.subarray(0, bytesRead));
        });
      }),
  };
}
