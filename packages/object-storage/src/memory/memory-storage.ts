import { hash } from 'node:crypto';
import { bareEtag, computeChecksum } from '@needlestack/s3-protocol';
import { compareKeys } from '../byte-order.ts';
import { checkKey } from '../check-key.ts';
import { checkPartNumber, checkParts } from '../check-parts.ts';
import { checkVersion } from '../check-version.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import type {
  CallOptions,
  CompletedPart,
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
import { HandleStateError, ObjectStorageError } from '../object-storage-error.ts';

interface StoredObject {
  readonly bytes: Buffer;
  readonly stat: ObjectStat;
}

interface StoredUpload {
  readonly key: string;
  readonly begunAtMs: number;
}

/** Objects in the memory of this process, for tests and for what need not last. ETags are those of S3. */
export class MemoryStorage implements ObjectStorage {
  readonly #objects = new Map<string, StoredObject>();
  readonly #uploads = new Set<StoredUpload>();
  readonly #clock: Clock;

  constructor(clock: Clock = SYSTEM_CLOCK) {
    this.#clock = clock;
  }

  async put(key: string, bytes: Uint8Array, { signal, attributes = {} }: WriteOptions = {}): Promise<WrittenObject> {
    signal?.throwIfAborted();
    checkKey('PutObject', key);
    return this.#store(key, Buffer.from(bytes), hash('md5', bytes, 'hex'), attributes);
  }

  async putIfAbsent(key: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<WrittenObject> {
    this.#check('PutObject', key, { kind: 'absent' });
    return this.put(key, bytes, options);
  }

  async putIfMatch(key: string, etag: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<WrittenObject> {
    this.#check('PutObject', key, { kind: 'matches', etag: bareEtag(etag) });
    return this.put(key, bytes, options);
  }

  async putMultipart(key: string, { condition, attributes = {} }: MultipartOptions = {}): Promise<MultipartUpload> {
    checkKey('CreateMultipartUpload', key);
    const upload: StoredUpload = { key, begunAtMs: this.#clock.nowMs() };
    this.#uploads.add(upload);
    return new MemoryMultipartUpload(key, {
      requireKnown: (operation) => {
        if (!this.#uploads.has(upload)) throw new ObjectStorageError('not-found', 'no such upload', { operation, key });
      },
      complete: (bytes, etag) => {
        if (condition !== undefined) this.#check('CompleteMultipartUpload', key, condition);
        this.#uploads.delete(upload);
        return this.#store(key, bytes, etag, attributes);
      },
      abort: () => this.#uploads.delete(upload),
    });
  }

  async get(key: string, { signal }: CallOptions = {}): Promise<ObjectBody> {
    const { bytes, stat } = this.#find('GetObject', key);
    return { ...stat, bytes: piecesOf(bytes, signal) };
  }

  async getRange(key: string, startBytes: number, endBytes: number, options: RangeOptions = {}): Promise<Buffer> {
    if (endBytes <= startBytes) return Buffer.alloc(0);
    const { into, ifMatch } = options;
    const { bytes, stat } = this.#find('GetObject', key);
    checkVersion('GetObject', key, stat.etag, ifMatch);
    if (endBytes > bytes.length) {
      throw new ObjectStorageError('range-out-of-bounds', `${endBytes} is past the end at ${bytes.length}`, {
        operation: 'GetObject',
        key,
      });
    }
    const target = into?.subarray(0, endBytes - startBytes) ?? Buffer.allocUnsafe(endBytes - startBytes);
    bytes.copy(target, 0, startBytes, endBytes);
    return target;
  }

  async head(key: string): Promise<ObjectStat> {
    return this.#find('HeadObject', key).stat;
  }

  async *list(prefix: string, { after, signal }: ListOptions = {}): AsyncGenerator<ListedObject> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
    for (const key of keys) {
      signal?.throwIfAborted();
      const found = this.#objects.get(key);
      if (found === undefined || (after !== undefined && compareKeys(key, after) <= 0)) continue;
      const { sizeBytes, etag, modifiedAtMs } = found.stat;
      yield { key, sizeBytes, etag, modifiedAtMs };
    }
  }

  async delete(key: string): Promise<void> {
    this.#objects.delete(key);
  }

  async deleteMany(keys: Iterable<string> | AsyncIterable<string>): Promise<readonly DeleteFailure[]> {
    for await (const key of keys) this.#objects.delete(key);
    return [];
  }

  async abortStaleUploads(prefix: string, olderThanMs: number): Promise<number> {
    const latestMs = this.#clock.nowMs() - olderThanMs;
    const stale = [...this.#uploads].filter((one) => one.key.startsWith(prefix) && one.begunAtMs <= latestMs);
    for (const upload of stale) this.#uploads.delete(upload);
    return stale.length;
  }

  async conditionalWrites(): Promise<ConditionalWrites> {
    return 'atomic';
  }

  close(): void {
    this.#objects.clear();
    this.#uploads.clear();
  }

  #store(key: string, bytes: Buffer, etag: string, attributes: ObjectStat['attributes']): WrittenObject {
    const checksum = { algorithm: 'CRC32C', value: computeChecksum('CRC32C', bytes) } as const;
    const sizeBytes = bytes.length;
    const stat = { sizeBytes, etag, modifiedAtMs: this.#clock.nowMs(), checksum, attributes };
    this.#objects.set(key, { bytes, stat });
    return { etag, sizeBytes };
  }

  #find(operation: string, key: string): StoredObject {
    const found = this.#objects.get(key);
    if (found === undefined) throw new ObjectStorageError('not-found', 'no such object', { operation, key });
    return found;
  }

  #check(operation: string, key: string, condition: WriteCondition): void {
    const found = this.#objects.get(key);
    if (condition.kind === 'absent') {
      if (found === undefined) return;
      throw new ObjectStorageError('already-exists', 'there is an object already', { operation, key });
    }
    checkVersion(operation, key, this.#find(operation, key).stat.etag, condition.etag);
  }
}

const PIECE_BYTES = 64 * 1024;

async function* piecesOf(bytes: Buffer, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    signal?.throwIfAborted();
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

interface UploadHooks {
  /** @throws ObjectStorageError `not-found` when the upload is gone */
  readonly requireKnown: (operation: string) => void;
  readonly complete: (bytes: Buffer, etag: string) => WrittenObject;
  readonly abort: () => void;
}

class MemoryMultipartUpload implements MultipartUpload {
  readonly key: string;
  readonly #hooks: UploadHooks;
  readonly #parts = new Map<number, { readonly bytes: Buffer; readonly etag: string; readonly sizeBytes: number }>();
  #state: 'open' | 'completed' | 'aborted' = 'open';

  constructor(key: string, hooks: UploadHooks) {
    this.key = key;
    this.#hooks = hooks;
  }

  async uploadPart(partNumber: number, bytes: Uint8Array, { signal }: CallOptions = {}): Promise<CompletedPart> {
    this.#requireOpen('uploadPart');
    signal?.throwIfAborted();
    checkPartNumber(partNumber, this.key);
    this.#hooks.requireKnown('UploadPart');
    const etag = hash('md5', bytes, 'hex');
    this.#parts.set(partNumber, { bytes: Buffer.from(bytes), etag, sizeBytes: bytes.length });
    return { partNumber, etag, sizeBytes: bytes.length, crc32c: computeChecksum('CRC32C', bytes) };
  }

  async complete(parts: readonly CompletedPart[]): Promise<WrittenObject> {
    this.#requireOpen('complete');
    this.#hooks.requireKnown('CompleteMultipartUpload');
    checkParts(parts, (partNumber) => this.#parts.get(partNumber), this.key);
    const stored = parts.map(({ partNumber }) => this.#parts.get(partNumber)?.bytes ?? Buffer.alloc(0));
    const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
    const written = this.#hooks.complete(Buffer.concat(stored), `${hash('md5', digests, 'hex')}-${parts.length}`);
    this.#state = 'completed';
    return written;
  }

  async abort(): Promise<void> {
    this.#requireOpen('abort');
    this.#state = 'aborted';
    this.#parts.clear();
    this.#hooks.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'open') await this.abort();
  }

  #requireOpen(call: string): void {
    if (this.#state !== 'open') throw new HandleStateError(call, this.#state);
  }
}
