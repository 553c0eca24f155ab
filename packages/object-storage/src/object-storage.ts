import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What is kept with the bytes. `fs` keeps none of it. */
export interface ObjectAttributes {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  /** Names in lower case. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface WriteOptions extends CallOptions {
  readonly attributes?: ObjectAttributes;
  /** The store's name for how it keeps the object; its own default when absent or empty. */
  readonly storageClass?: string;
}

export interface ConditionalWriteOptions extends WriteOptions {
  /** Refuse with `conditional-write-unsupported` rather than check first and write after. Default false. */
  readonly requireAtomic?: boolean;
}

/** A checksum of the whole object, as the store keeps it. */
export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly value: string;
}

export interface ObjectStat {
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch; 0 when the store does not say. */
  readonly modifiedAtMs: number;
  /** Undefined when the store keeps none, or only one of the parts. */
  readonly checksum: ObjectChecksum | undefined;
  readonly attributes: ObjectAttributes;
}

export interface ObjectBody extends ObjectStat {
  /**
   * The bytes as they come; may be read once. A connection that breaks is opened again at the next byte, as long as the object is the same.
   * Whole bodies are compared with their checksum, when the store gives one. Ending early gives the connection up.
   */
  readonly bytes: AsyncIterable<Buffer>;
}

export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAtMs: number;
}

export interface ListOptions extends CallOptions {
  /** Begin with the first key after this one. */
  readonly after?: string;
}

export interface WrittenObject {
  readonly sizeBytes: number;
  /** Without quotes, as the store gave it. */
  readonly etag: string;
}

export interface RangeOptions extends CallOptions {
  /** ETag that the object must have, else `precondition-failed`. */
  readonly ifMatch?: string;
  /** Memory to read into; at least as long as the range. The answer is a view of it. */
  readonly into?: Buffer;
}

export interface CompletedPart extends WrittenObject {
  readonly partNumber: number;
  /** CRC32C of the part, base64. */
  readonly crc32c: string;
}

/** What must be so for a write to take place. */
export type WriteCondition = { readonly kind: 'absent' } | { readonly kind: 'matches'; readonly etag: string };

export interface MultipartOptions extends ConditionalWriteOptions {
  /** Looked at when the upload is completed, which then rejects as `putIfAbsent` or `putIfMatch` does. */
  readonly condition?: WriteCondition | undefined;
}

/**
 * An object that is written in parts; to be completed or aborted once. Left by `await using` without either, it is aborted. Calls after
 * that reject with HandleStateError.
 */
export interface MultipartUpload extends AsyncDisposable {
  readonly key: string;
  /** Sending a part again replaces it. @param partNumber from 1 to 10,000 */
  uploadPart(partNumber: number, bytes: Uint8Array, options?: CallOptions): Promise<CompletedPart>;
  /** The parts in ascending order; each but the last at least 5 MiB. */
  complete(parts: readonly CompletedPart[], options?: CallOptions): Promise<WrittenObject>;
  abort(options?: CallOptions): Promise<void>;
}

export interface DeleteFailure {
  readonly key: string;
  /** The store's own name for the error. */
  readonly backendCode: string;
  readonly message: string;
}

/** Whether a condition and its write are one step, or a check with a write after it. */
export type ConditionalWrites = 'atomic' | 'best-effort';

/**
 * Objects of one place: a bucket, a directory, memory. Keys are without the place's own prefix in every call and answer. Every call rejects
 * with ObjectStorageError, or with the reason of its signal.
 */
export interface ObjectStorage {
  /** Replaces the object as a whole. */
  put(key: string, bytes: Uint8Array, options?: WriteOptions): Promise<WrittenObject>;
  /** Creates. @throws ObjectStorageError `already-exists`, `conditional-write-unsupported` */
  putIfAbsent(key: string, bytes: Uint8Array, options?: ConditionalWriteOptions): Promise<WrittenObject>;
  /** Replaces only the version with this ETag. @throws ObjectStorageError `precondition-failed`, `not-found` when there is none */
  putIfMatch(key: string, etag: string, bytes: Uint8Array, options?: ConditionalWriteOptions): Promise<WrittenObject>;
  putMultipart(key: string, options?: MultipartOptions): Promise<MultipartUpload>;
  get(key: string, options?: CallOptions): Promise<ObjectBody>;
  /**
   * Exactly the bytes from `startBytes` to `endBytes`, the latter not among them. An empty range costs no request.
   * @throws ObjectStorageError `range-out-of-bounds` when the object ends before
   */
  getRange(key: string, startBytes: number, endBytes: number, options?: RangeOptions): Promise<Buffer>;
  head(key: string, options?: CallOptions): Promise<ObjectStat>;
  /** All keys that begin with the prefix, in the order of their UTF-8 bytes. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ListedObject>;
  /** A missing object is no error. */
  delete(key: string, options?: CallOptions): Promise<void>;
  /** Deletes in batches and goes on past what fails. A missing object is no failure. */
  deleteMany(keys: Iterable<string> | AsyncIterable<string>, options?: CallOptions): Promise<readonly DeleteFailure[]>;
  /** Aborts uploads under the prefix that were begun longer ago than that. Resolves with how many. */
  abortStaleUploads(prefix: string, olderThanMs: number, options?: CallOptions): Promise<number>;
  /** How conditional writes are kept here; asks the store once. */
  conditionalWrites(options?: CallOptions): Promise<ConditionalWrites>;
  close(): void;
}
