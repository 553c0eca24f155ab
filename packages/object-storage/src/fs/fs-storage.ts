import type { BigIntStats } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bareEtag } from '@needlestack/s3-protocol';
import { checkKey } from '../check-key.ts';
import { checkVersion } from '../check-version.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import type {
  CallOptions,
  ConditionalWrites,
  DeleteFailure,
  ListedObject,
  ListOptions,
  MultipartOptions,
  MultipartUpload,
  ObjectBody,
  ObjectStat,
  ObjectStorage,
  RangeOptions,
  WriteCondition,
  WriteOptions,
  WrittenObject,
} from '../object-storage.ts';
import { isObjectStorageError, ObjectStorageError } from '../object-storage-error.ts';
import { systemCode, toStorageError } from './fs-error.ts';
import { abortFsUploads, FsMultipartUpload } from './fs-multipart-upload.ts';
import { keyToPath } from './key-path.ts';
import { KeyedTurns } from './keyed-turns.ts';
import { placeFile, placeNewFile, removeFile, writeTemporary } from './place-file.ts';
import { ReadOnlyFile } from './read-only-file.ts';
import { walkKeys } from './walk-keys.ts';

const READ_BYTES = 256 * 1024;
const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * Objects as files below a directory. A write is whole and on stable storage when it resolves. `putIfAbsent` is atomic against everybody,
 * `putIfMatch` against calls of this process: give a directory to one process. It keeps bytes, not attributes; a segment of a key may have
 * as many bytes as the file system gives a name, mostly 255.
 */
export class FsStorage implements ObjectStorage {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #turns = new KeyedTurns();

  /** Makes the directory. @throws the file system's error when it cannot */
  constructor(directory: string, clock: Clock = SYSTEM_CLOCK) {
    this.#root = resolve(directory);
    this.#clock = clock;
    mkdirSync(this.#root, { recursive: true });
  }

  put(key: string, bytes: Uint8Array, { signal }: WriteOptions = {}): Promise<WrittenObject> {
    return this.#place('PutObject', key, [bytes], undefined, signal);
  }

  putIfAbsent(key: string, bytes: Uint8Array, { signal }: WriteOptions = {}): Promise<WrittenObject> {
    return this.#place('PutObject', key, [bytes], { kind: 'absent' }, signal);
  }

  putIfMatch(key: string, etag: string, bytes: Uint8Array, { signal }: WriteOptions = {}): Promise<WrittenObject> {
    return this.#place('PutObject', key, [bytes], { kind: 'matches', etag: bareEtag(etag) }, signal);
  }

  putMultipart(key: string, { condition, signal }: MultipartOptions = {}): Promise<MultipartUpload> {
    return guard('CreateMultipartUpload', key, async () => {
      checkKey('CreateMultipartUpload', key);
      signal?.throwIfAborted();
      return FsMultipartUpload.start(this.#root, key, (pieces) =>
        this.#place('CompleteMultipartUpload', key, pieces, condition, undefined),
      );
    });
  }

  get(key: string, { signal }: CallOptions = {}): Promise<ObjectBody> {
    return guard('GetObject', key, async () => {
      const file = await ReadOnlyFile.open(this.#pathOf(key));
      try {
        const found = requireFile(await file.stat(), 'GetObject', key);
        return { ...found, bytes: readWhole(file, found.sizeBytes, key, signal) };
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  getRange(key: string, startBytes: number, endBytes: number, { into, ifMatch }: RangeOptions = {}): Promise<Buffer> {
    const lengthBytes = endBytes - startBytes;
    if (lengthBytes <= 0) return Promise.resolve(Buffer.alloc(0));
    return guard('GetObject', key, async () => {
      await using file = await ReadOnlyFile.open(this.#pathOf(key));
      const { sizeBytes, etag } = requireFile(await file.stat(), 'GetObject', key);
      checkVersion('GetObject', key, etag, ifMatch);
      if (endBytes > sizeBytes) {
        throw new ObjectStorageError('range-out-of-bounds', `${endBytes} is past the end at ${sizeBytes}`, {
          operation: 'GetObject',
          key,
        });
      }
      const target = into?.subarray(0, lengthBytes) ?? Buffer.allocUnsafe(lengthBytes);
      await readExactly(file, target, startBytes, key);
      return target;
    });
  }

  head(key: string): Promise<ObjectStat> {
    return guard('HeadObject', key, async () => {
      return requireFile(await stat(this.#pathOf(key), { bigint: true }), 'HeadObject', key);
    });
  }

  async *list(prefix: string, { after, signal }: ListOptions = {}): AsyncGenerator<ListedObject> {
    try {
      for await (const { key, path } of walkKeys(this.#root, prefix, after)) {
        signal?.throwIfAborted();
        const found = await stat(path, { bigint: true }).catch((error: unknown) => {
          if (systemCode(error) === 'ENOENT') return undefined;
          throw error;
        });
        // Deleted since the directory was read.
        if (found === undefined) continue;
        const { sizeBytes, etag, modifiedAtMs } = toStat(found);
        yield { key, sizeBytes, etag, modifiedAtMs };
      }
    } catch (error) {
      throw toStorageError(error, 'ListObjectsV2', prefix);
    }
  }

  delete(key: string): Promise<void> {
    return guard('DeleteObject', key, () => this.#turns.run(key, () => removeFile(this.#root, this.#pathOf(key))));
  }

  async deleteMany(
    keys: Iterable<string> | AsyncIterable<string>,
    { signal }: CallOptions = {},
  ): Promise<readonly DeleteFailure[]> {
    const failures: DeleteFailure[] = [];
    for await (const key of keys) {
      signal?.throwIfAborted();
      try {
        await this.delete(key);
      } catch (error) {
        if (!isObjectStorageError(error)) throw error;
        failures.push({ key, backendCode: error.backendCode, message: error.message });
      }
    }
    return failures;
  }

  abortStaleUploads(prefix: string, olderThanMs: number): Promise<number> {
    return guard('AbortMultipartUpload', prefix, () =>
      abortFsUploads(this.#root, prefix, this.#clock.nowMs() - olderThanMs),
    );
  }

  async conditionalWrites(): Promise<ConditionalWrites> {
    return 'atomic';
  }

  close(): void {
    // Nothing is held between calls.
  }

  #pathOf(key: string): string {
    return join(this.#root, keyToPath(key));
  }

  #place(
    operation: string,
    key: string,
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    condition: WriteCondition | undefined,
    signal: AbortSignal | undefined,
  ): Promise<WrittenObject> {
    return guard(operation, key, async () => {
      checkKey(operation, key);
      signal?.throwIfAborted();
      const temporary = await writeTemporary(this.#root, pieces);
      try {
        // The file keeps its inode, size and time when it gets its name, so its ETag is known before.
        const { etag, sizeBytes } = toStat(await stat(temporary, { bigint: true }));
        signal?.throwIfAborted();
        await this.#turns.run(key, () => this.#placeUnder(operation, key, temporary, condition));
        return { etag, sizeBytes };
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    });
  }

  async #placeUnder(
    operation: string,
    key: string,
    temporary: string,
    condition: WriteCondition | undefined,
  ): Promise<void> {
    const path = this.#pathOf(key);
    if (condition?.kind === 'absent') {
      try {
        await placeNewFile(this.#root, temporary, path);
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
        throw new ObjectStorageError('already-exists', 'there is an object already', { operation, key });
      }
      return;
    }
    if (condition !== undefined) {
      const { etag } = await this.head(key);
      checkVersion(operation, key, etag, condition.etag);
    }
    await placeFile(this.#root, temporary, path);
  }
}

async function guard<T>(operation: string, key: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toStorageError(error, operation, key);
  }
}

/** @throws ObjectStorageError `not-found` when it is a directory */
function requireFile(found: BigIntStats, operation: string, key: string): ObjectStat {
  if (found.isFile()) return toStat(found);
  throw new ObjectStorageError('not-found', 'no such object', { operation, key });
}

/** A file is never changed once it has its name, so inode, time and size tell versions apart. */
function toStat({ ino, mtimeNs, size }: BigIntStats): ObjectStat {
  return {
    sizeBytes: Number(size),
    etag: `${ino.toString(16)}-${mtimeNs.toString(16)}-${size.toString(16)}`,
    modifiedAtMs: Number(mtimeNs / NANOSECONDS_PER_MS),
    checksum: undefined,
    attributes: {},
  };
}

async function* readWhole(
  file: ReadOnlyFile,
  sizeBytes: number,
  key: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  try {
    for (let at = 0; at < sizeBytes; ) {
      signal?.throwIfAborted();
      const piece = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, sizeBytes - at));
      await readExactly(file, piece, at, key);
      at += piece.length;
      yield piece;
    }
  } catch (error) {
    throw toStorageError(error, 'GetObject', key);
  } finally {
    await file.close();
  }
}

async function readExactly(file: ReadOnlyFile, target: Buffer, atBytes: number, key: string): Promise<void> {
  for (let read = 0; read < target.length; ) {
    const bytesRead = await file.read(target.subarray(read), atBytes + read);
    if (bytesRead === 0) {
      throw new ObjectStorageError('io', `the file ends at ${atBytes + read}`, { operation: 'GetObject', key });
    }
    read += bytesRead;
  }
}
