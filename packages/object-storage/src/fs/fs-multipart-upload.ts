import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { computeChecksum } from '@needlestack/s3-protocol';
import { checkPartNumber, checkParts } from '../check-parts.ts';
import type { CallOptions, CompletedPart, MultipartUpload, WrittenObject } from '../object-storage.ts';
import { HandleStateError, ObjectStorageError } from '../object-storage-error.ts';
import { systemCode, toStorageError } from './fs-error.ts';
import { TEMPORARY_DIRECTORY, UPLOADS_DIRECTORY } from './key-path.ts';

const KEY_FILE = 'key';

/** Stores the object from the bytes of its parts, in order. */
export type PlaceObject = (pieces: AsyncIterable<Uint8Array>) => Promise<WrittenObject>;

/** Parts as files of a directory of their own, until they are put together. */
export class FsMultipartUpload implements MultipartUpload {
  readonly key: string;
  readonly #directory: string;
  readonly #place: PlaceObject;
  readonly #parts = new Map<number, CompletedPart>();
  #state: 'open' | 'completed' | 'aborted' = 'open';

  static async start(root: string, key: string, place: PlaceObject): Promise<FsMultipartUpload> {
    const directory = join(root, UPLOADS_DIRECTORY, randomUUID());
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, KEY_FILE), key);
    return new FsMultipartUpload(key, directory, place);
  }

  constructor(key: string, directory: string, place: PlaceObject) {
    this.key = key;
    this.#directory = directory;
    this.#place = place;
  }

  async uploadPart(partNumber: number, bytes: Uint8Array, { signal }: CallOptions = {}): Promise<CompletedPart> {
    this.#requireOpen('uploadPart');
    checkPartNumber(partNumber, this.key);
    try {
      await writeFile(this.#pathOf(partNumber), bytes, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#gone(error, 'UploadPart');
    }
    const crc32c = computeChecksum('CRC32C', bytes);
    const part = { partNumber, etag: randomUUID(), sizeBytes: bytes.length, crc32c };
    this.#parts.set(partNumber, part);
    return part;
  }

  async complete(parts: readonly CompletedPart[], { signal }: CallOptions = {}): Promise<WrittenObject> {
    this.#requireOpen('complete');
    checkParts(parts, (partNumber) => this.#parts.get(partNumber), this.key);
    try {
      const written = await this.#place(this.#readParts(parts, signal));
      this.#state = 'completed';
      await rm(this.#directory, { recursive: true, force: true });
      return written;
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#gone(error, 'CompleteMultipartUpload');
    }
  }

  async abort(): Promise<void> {
    this.#requireOpen('abort');
    this.#state = 'aborted';
    await rm(this.#directory, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'open') await this.abort().catch(() => undefined);
  }

  async *#readParts(parts: readonly CompletedPart[], signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    for (const { partNumber } of parts) {
      signal?.throwIfAborted();
      yield* createReadStream(this.#pathOf(partNumber)) as AsyncIterable<Buffer>;
    }
  }

  #pathOf(partNumber: number): string {
    return join(this.#directory, String(partNumber));
  }

  #requireOpen(call: string): void {
    if (this.#state !== 'open') throw new HandleStateError(call, this.#state);
  }

  #gone(error: unknown, operation: string): unknown {
    if (systemCode(error) !== 'ENOENT') return toStorageError(error, operation, this.key);
    return new ObjectStorageError('not-found', 'no such upload', { operation, key: this.key }, { cause: error });
  }
}

/** Removes uploads of keys with the prefix that were begun before, and what a killed process left unnamed. Resolves with how many uploads. */
export async function abortFsUploads(root: string, prefix: string, beforeMs: number): Promise<number> {
  const temporary = join(root, TEMPORARY_DIRECTORY);
  for (const name of await readdir(temporary).catch(() => [])) {
    const path = join(temporary, name);
    const left = await stat(path).catch(() => undefined);
    if (left !== undefined && left.mtimeMs <= beforeMs) await rm(path, { force: true });
  }
  const base = join(root, UPLOADS_DIRECTORY);
  let aborted = 0;
  for (const name of await readdir(base).catch(() => [])) {
    const directory = join(base, name);
    const keyPath = join(directory, KEY_FILE);
    const key = await readFile(keyPath, 'utf8').catch(() => '');
    const begunAtMs = (await stat(keyPath).catch(() => undefined))?.mtimeMs;
    if (begunAtMs === undefined || begunAtMs > beforeMs || !key.startsWith(prefix)) continue;
    await rm(directory, { recursive: true, force: true });
    aborted += 1;
  }
  return aborted;
}
