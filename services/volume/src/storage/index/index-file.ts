import { call, callVoid, type FileSystem } from '../files/file-system.ts';
import type { RowSource } from './load-index.ts';

/** An open `.idx` file while its volume is being opened. Owns nothing: the handle passes on to the index log. */
export class IndexFile implements RowSource {
  readonly handle: number;
  readonly #files: FileSystem;
  #lengthBytes: number;

  private constructor(files: FileSystem, handle: number, lengthBytes: number) {
    this.#files = files;
    this.handle = handle;
    this.#lengthBytes = lengthBytes;
  }

  static async over(files: FileSystem, handle: number): Promise<IndexFile> {
    const stats = await call<{ readonly size: number }>((done) => files.fstat(handle, done));
    return new IndexFile(files, handle, stats.size);
  }

  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  async *windows(windowBytes: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < this.#lengthBytes; at += windowBytes) yield await this.read(at, windowBytes);
  }

  /** Fewer bytes only at the end of the file. */
  async read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    const target = Buffer.allocUnsafe(Math.min(lengthBytes, this.#lengthBytes - offsetBytes));
    const bytesRead = await call<number>((done) =>
      this.#files.read(this.handle, target, target.length, offsetBytes, done),
    );
    return target.subarray(0, bytesRead);
  }

  /** Keeps the first `keptBytes`, writes `rows` behind them, and waits until that is on stable storage. */
  async replaceTail(keptBytes: number, rows: Uint8Array): Promise<void> {
    await callVoid((done) => this.#files.ftruncate(this.handle, keptBytes, done));
    let written = 0;
    while (written < rows.length) {
      const rest = rows.subarray(written);
      written += await call<number>((done) => this.#files.write(this.handle, rest, keptBytes + written, done));
    }
    await callVoid((done) => this.#files.fdatasync(this.handle, done));
    this.#lengthBytes = keptBytes + rows.length;
  }
}
