import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStorePort } from '../../../src/core/tables/ports.ts';

/** Objects as files of one directory, named by their hash. Counts calls and can be told to fail. */
export class FileObjectStore implements ObjectStorePort {
  readonly #directory: string;
  /** `bucket/key` of all objects written and not deleted. */
  readonly keys = new Set<string>();
  /** Throws where a test wants a fault. */
  beforePut: (name: string) => Promise<void> = async () => {};

  constructor(directory: string) {
    this.#directory = directory;
  }

  async getObject(bucket: string, key: string): Promise<Uint8Array | undefined> {
    return (await this.hasObject(bucket, key)) ? readFile(this.#path(bucket, key)) : undefined;
  }

  async hasObject(bucket: string, key: string): Promise<boolean> {
    return stat(this.#path(bucket, key)).then(
      () => true,
      () => false,
    );
  }

  async putObject(object: { bucket: string; key: string; bytes: Uint8Array }): Promise<void> {
    await this.beforePut(`${object.bucket}/${object.key}`);
    await mkdir(this.#directory, { recursive: true });
    await writeFile(this.#path(object.bucket, object.key), object.bytes);
    this.keys.add(`${object.bucket}/${object.key}`);
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    await rm(this.#path(bucket, key), { force: true });
    this.keys.delete(`${bucket}/${key}`);
  }

  #path(bucket: string, key: string): string {
    return join(this.#directory, createHash('sha256').update(`${bucket}/${key}`).digest('hex'));
  }
}
