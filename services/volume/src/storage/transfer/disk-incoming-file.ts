import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { IncomingFile } from '../../core/transfer/transfer-ports.ts';
import { toDiskError } from '../files/disk-error.ts';
import { removeFiles, syncDirectory } from '../files/durable-files.ts';
import { STAGED_SUFFIX, writeAll } from './volume-arrival.ts';

/** A file that another server sends. It takes its name only when it is whole, so a broken stream changes nothing. */
export class DiskIncomingFile implements IncomingFile {
  readonly #handle: FileHandle;
  readonly #stagedPath: string;
  readonly #path: string;

  private constructor(handle: FileHandle, stagedPath: string, path: string) {
    this.#handle = handle;
    this.#stagedPath = stagedPath;
    this.#path = path;
  }

  static async create(path: string): Promise<DiskIncomingFile> {
    const stagedPath = path.endsWith(STAGED_SUFFIX) ? path : `${path}${STAGED_SUFFIX}`;
    try {
      return new DiskIncomingFile(await open(stagedPath, 'w'), stagedPath, path);
    } catch (error) {
      throw toDiskError(`failed to create file: ${path}`, error);
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return writeAll(this.#handle, bytes);
  }

  async keep(modifiedAtMs?: number): Promise<void> {
    try {
      if (modifiedAtMs !== undefined) await this.#handle.utimes(modifiedAtMs / 1_000, modifiedAtMs / 1_000);
      await this.#handle.sync();
      await this.#handle.close();
      if (this.#stagedPath !== this.#path) await rename(this.#stagedPath, this.#path);
    } catch (error) {
      await this.discard();
      throw toDiskError(`failed to keep file: ${this.#path}`, error);
    }
    await syncDirectory(dirname(this.#path));
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await removeFiles([this.#stagedPath]);
  }
}
