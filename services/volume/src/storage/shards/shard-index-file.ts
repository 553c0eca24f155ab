import { findRow, SortedIndexGuide, sizeFieldOffset } from '@needlestack/erasure-coding';
import { type IndexEntry, indexRowBytes, type OffsetWidth, TOMBSTONE_SIZE } from '@needlestack/needle-format';
import type { ShardIndex } from '../../core/shards/ec-ports.ts';
import { call, callVoid, type FileSystem, OPEN_READ_WRITE } from '../files/file-system.ts';

const DEFAULT_WIDTH: OffsetWidth = 4;
/** Rows that tell how wide rows are. */
const PROBED_ROWS = 256;
const WINDOW_PAGES = 64;

/** One `.ecx` file, open. Look-ups read one page each, once the first one has read the file to learn what page holds what. */
export class ShardIndexFile implements ShardIndex {
  readonly path: string;
  readonly width: OffsetWidth;
  readonly fileBytes: number;
  readonly #files: FileSystem;
  readonly #handle: number;
  #guide: Promise<SortedIndexGuide> | undefined;
  #closed = false;
  #callsUnderWay = 0;
  #onLastCall: (() => void) | undefined;

  private constructor(files: FileSystem, path: string, handle: number, fileBytes: number, width: OffsetWidth) {
    this.#files = files;
    this.path = path;
    this.#handle = handle;
    this.fileBytes = fileBytes;
    this.width = width;
  }

  /** `declaredWidth` is what the info file says; 0 for nothing. */
  static async open(files: FileSystem, path: string, declaredWidth: number): Promise<ShardIndexFile> {
    const handle = await call<number>((done) => files.open(path, OPEN_READ_WRITE, done));
    try {
      const { size } = await call<{ readonly size: number }>((done) => files.fstat(handle, done));
      const width = declaredWidth === 4 || declaredWidth === 5 ? declaredWidth : await guessWidth(files, handle);
      return new ShardIndexFile(files, path, handle, size, width);
    } catch (error) {
      await callVoid((done) => files.close(handle, done));
      throw error;
    }
  }

  get rowCount(): number {
    return Math.floor(this.fileBytes / indexRowBytes(this.width));
  }

  async find(id: bigint): Promise<IndexEntry | undefined> {
    this.#guide ??= this.#readGuide();
    const guide = await this.#guide.catch((error: unknown) => {
      this.#guide = undefined;
      throw error;
    });
    const page = guide.pageOf(id);
    if (page === undefined) return undefined;
    return findRow(await this.#read(page * guide.pageBytes, guide.pageBytes), id, this.width)?.entry;
  }

  async *windows(): AsyncGenerator<Buffer> {
    const windowBytes = WINDOW_PAGES * new SortedIndexGuide(this.width, 0).pageBytes;
    const wholeBytes = this.rowCount * indexRowBytes(this.width);
    for (let at = 0; at < wholeBytes; at += windowBytes) yield await this.#read(at, windowBytes);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#callsUnderWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onLastCall = resolve;
      });
    }
    await callVoid((done) => this.#files.close(this.#handle, done));
  }

  async #readGuide(): Promise<SortedIndexGuide> {
    const guide = new SortedIndexGuide(this.width, this.fileBytes);
    let page = 0;
    for await (const window of this.windows()) {
      for (let at = 0; at < window.length; at += guide.pageBytes) guide.addPage(page++, window.subarray(at));
    }
    return guide;
  }

  /** Whole rows only. */
  async #read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    if (this.#closed) throw new Error(`${this.path} is closed`);
    const wholeBytes = this.rowCount * indexRowBytes(this.width);
    const target = Buffer.allocUnsafe(Math.max(0, Math.min(lengthBytes, wholeBytes - offsetBytes)));
    this.#callsUnderWay += 1;
    try {
      const bytesRead = await call<number>((done) =>
        this.#files.read(this.#handle, target, target.length, offsetBytes, done),
      );
      return target.subarray(0, bytesRead - (bytesRead % indexRowBytes(this.width)));
    } finally {
      this.#callsUnderWay -= 1;
      if (this.#callsUnderWay === 0) this.#onLastCall?.();
    }
  }
}

/** Writes deletions into the rows of an index, in place and synced. Ids without a row do not matter. */
export async function foldIntoIndex(
  files: FileSystem,
  path: string,
  ids: ReadonlySet<bigint>,
  declaredWidth: number,
): Promise<void> {
  const index = await ShardIndexFile.open(files, path, declaredWidth);
  const handle = await call<number>((done) => files.open(path, OPEN_READ_WRITE, done));
  const tombstone = Buffer.alloc(4);
  tombstone.writeInt32BE(TOMBSTONE_SIZE);
  try {
    const rowBytes = indexRowBytes(index.width);
    const sortedIds = BigUint64Array.from(ids).sort();
    let next = 0;
    let windowAt = 0;
    for await (const window of index.windows()) {
      const lastId = window.readBigUInt64BE(window.length - rowBytes);
      for (let id = sortedIds[next]; id !== undefined && id <= lastId; id = sortedIds[++next]) {
        const found = findRow(window, id, index.width);
        if (found === undefined || found.entry.sizeBytes < 0) continue;
        const at = windowAt + found.at + sizeFieldOffset(index.width);
        await call<number>((done) => files.write(handle, tombstone, at, done));
      }
      windowAt += window.length;
    }
    await callVoid((done) => files.fdatasync(handle, done));
  } finally {
    await index.close();
    await callVoid((done) => files.close(handle, done));
  }
}

/** The width with which the first rows come in ascending order. */
async function guessWidth(files: FileSystem, handle: number): Promise<OffsetWidth> {
  const rows = Buffer.alloc(PROBED_ROWS * indexRowBytes(5));
  const bytesRead = await call<number>((done) => files.read(handle, rows, rows.length, 0, done));
  const probed = rows.subarray(0, bytesRead);
  const fits = (width: OffsetWidth): boolean => {
    const rowBytes = indexRowBytes(width);
    for (let at = rowBytes; at + rowBytes <= probed.length; at += rowBytes) {
      if (probed.readBigUInt64BE(at) <= probed.readBigUInt64BE(at - rowBytes)) return false;
    }
    return probed.length >= rowBytes;
  };
  return !fits(DEFAULT_WIDTH) && fits(5) ? 5 : DEFAULT_WIDTH;
}
