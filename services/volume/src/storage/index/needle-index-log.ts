import { LIMITS } from '../../core/limits.ts';
import type { IndexLog } from '../../core/ports.ts';
import { call, callVoid, type FileSystem } from '../files/file-system.ts';

/**
 * Appends rows to an `.idx` file in the background, one write at a time. Rows are gathered for a moment first: a write for each
 * batch of needles would cost as much as the needles' own. A failed write is remembered and ends the writing until `retry`, which
 * writes what was held back meanwhile; no row is lost by it, nor by a crash, since recovery derives missing rows from the data file.
 */
export class NeedleIndexLog implements IndexLog {
  readonly #files: FileSystem;
  readonly #handle: number;
  #endBytes: number;
  #gathered: Buffer = Buffer.allocUnsafe(4096);
  #gatheredBytes = 0;
  #spare: Buffer = Buffer.allocUnsafe(4096);
  #writing = false;
  /** Set while rows are being gathered and nothing is written. */
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  /** Rows were dropped: what follows them must not be written. */
  #hasGap = false;
  #onIdle: (() => void)[] = [];
  #closed = false;
  #callsUnderWay = 0;
  #onLastCall: (() => void) | undefined;

  constructor(files: FileSystem, handle: number, endBytes: number) {
    this.#files = files;
    this.#handle = handle;
    this.#endBytes = endBytes;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get endBytes(): number {
    return this.#endBytes;
  }

  append(rows: Uint8Array): void {
    if (this.#hasGap) return;
    const neededBytes = this.#gatheredBytes + rows.length;
    if (neededBytes > LIMITS.pendingIndexBytes) {
      this.#hasGap = true;
      this.#failure ??= new Error(`${neededBytes} bytes of index rows wait for a write that does not end`);
      return;
    }
    if (neededBytes > this.#gathered.length) this.#enlarge(neededBytes);
    this.#gathered.set(rows, this.#gatheredBytes);
    this.#gatheredBytes = neededBytes;
    if (this.#writing || this.#timer !== undefined || this.#failure !== undefined) return;
    this.#timer = setTimeout(() => this.#writeGathered(), LIMITS.indexGatherMs);
  }

  /** Settles when every row appended so far is in the file. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) this.#writeGathered();
    if (this.#writing) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }

  async sync(): Promise<void> {
    await this.flush();
    await this.#whileOpen(() => callVoid((done) => this.#files.fdatasync(this.#handle, done)));
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    return this.#whileOpen(async () => {
      const target = Buffer.allocUnsafe(Math.max(0, Math.min(lengthBytes, this.#endBytes - offsetBytes)));
      const bytesRead = await call<number>((done) =>
        this.#files.read(this.#handle, target, target.length, offsetBytes, done),
      );
      return target.subarray(0, bytesRead);
    });
  }

  fileBytes(): Promise<number> {
    return this.#whileOpen(async () => {
      const stats = await call<{ readonly size: number }>((done) => this.#files.fstat(this.#handle, done));
      return stats.size;
    });
  }

  retry(): boolean {
    if (this.#failure === undefined) return true;
    if (this.#hasGap || this.#writing) return false;
    this.#failure = undefined;
    if (this.#gatheredBytes > 0) this.#writeGathered();
    return true;
  }

  async close(): Promise<void> {
    await this.flush().catch(() => undefined);
    this.#closed = true;
    if (this.#callsUnderWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onLastCall = resolve;
      });
    }
    await callVoid((done) => this.#files.close(this.#handle, done));
  }

  /** The handle is closed behind the last call on it, so that its number cannot be reused below one. */
  async #whileOpen<T>(use: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('the index file is closed');
    this.#callsUnderWay += 1;
    try {
      return await use();
    } finally {
      this.#callsUnderWay -= 1;
      if (this.#callsUnderWay === 0) this.#onLastCall?.();
    }
  }

  #enlarge(neededBytes: number): void {
    const larger = Buffer.allocUnsafe(Math.max(neededBytes, this.#gathered.length * 2));
    larger.set(this.#gathered.subarray(0, this.#gatheredBytes));
    this.#gathered = larger;
  }

  #writeGathered(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const full = this.#gathered;
    const bytes = full.subarray(0, this.#gatheredBytes);
    this.#gathered = this.#spare;
    this.#spare = full;
    this.#gatheredBytes = 0;
    this.#writing = true;
    this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    this.#files.write(this.#handle, bytes, this.#endBytes, (error, written) => {
      if (error !== null && error !== undefined) {
        this.#failure ??= error;
        this.#holdBack(bytes);
      } else {
        this.#endBytes += written;
        if (written < bytes.length) return this.#write(bytes.subarray(written));
        if (this.#gatheredBytes > 0 && this.#failure === undefined) return this.#writeGathered();
      }
      this.#writing = false;
      for (const resume of this.#onIdle.splice(0)) resume();
    });
  }

  /** In front of what was gathered since. */
  #holdBack(unwritten: Uint8Array): void {
    this.#gathered = Buffer.concat([unwritten, this.#gathered.subarray(0, this.#gatheredBytes)]);
    this.#gatheredBytes = this.#gathered.length;
  }
}
