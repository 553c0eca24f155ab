import { type FileHandle, open } from 'node:fs/promises';
import type { SourceFile } from '../../core/transfer/transfer-ports.ts';
import { isMissingFile } from '../files/durable-files.ts';

/** A file that another server fetches, read through a handle of its own. */
export class DiskSourceFile implements SourceFile {
  readonly lengthBytes: number;
  readonly modifiedAtNs: bigint;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, lengthBytes: number, modifiedAtNs: bigint) {
    this.#handle = handle;
    this.lengthBytes = lengthBytes;
    this.modifiedAtNs = modifiedAtNs;
  }

  /** Undefined when there is no such file. */
  static async open(path: string): Promise<DiskSourceFile | undefined> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (error) {
      if (isMissingFile(error)) return undefined;
      throw error;
    }
    try {
      const { size, mtimeNs } = await handle.stat({ bigint: true });
      return new DiskSourceFile(handle, Number(size), mtimeNs);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    const target = Buffer.allocUnsafe(Math.max(0, Math.min(lengthBytes, this.lengthBytes - offsetBytes)));
    let read = 0;
    while (read < target.length) {
      const { bytesRead } = await this.#handle.read(target, read, target.length - read, offsetBytes + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return target.subarray(0, read);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
