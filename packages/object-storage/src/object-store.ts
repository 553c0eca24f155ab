export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface PutOptions extends CallOptions {
  readonly contentType?: string;
  /** The store's name for how it keeps the object; its own default when absent. */
  readonly storageClass?: string;
}

export interface ObjectStat {
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch; 0 when the store does not say. */
  readonly modifiedAtMs: number;
}

export interface ObjectBody extends ObjectStat {
  /** The bytes as they come. A connection that breaks is opened again at the next byte, as long as the object is the same. */
  readonly bytes: AsyncIterable<Buffer>;
}

export interface CompletedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** An object that is written in parts. Either complete or abort it: stores bill for parts. */
export interface MultipartUpload {
  readonly key: string;
  /** Sending a part again replaces it. @param partNumber from 1 on */
  uploadPart(partNumber: number, bytes: Uint8Array, options?: CallOptions): Promise<CompletedPart>;
  complete(parts: readonly CompletedPart[], options?: CallOptions): Promise<ObjectStat>;
  abort(options?: CallOptions): Promise<void>;
}

/** Objects of one bucket. Every call rejects with ObjectStoreError, or with the reason of its signal. */
export interface ObjectStore {
  /** Replaces the object as a whole. */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<ObjectStat>;
  startMultipart(key: string, options?: PutOptions): Promise<MultipartUpload>;
  /** Exactly the bytes from `startBytes` to `endBytes`, the latter not among them. An empty range costs no request. */
  getRange(key: string, startBytes: number, endBytes: number, options?: CallOptions): Promise<Buffer>;
  get(key: string, options?: CallOptions): Promise<ObjectBody>;
  head(key: string, options?: CallOptions): Promise<ObjectStat>;
  /** A missing object is no error. */
  delete(key: string, options?: CallOptions): Promise<void>;
  close(): void;
}
