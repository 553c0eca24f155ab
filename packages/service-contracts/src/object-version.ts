import type { Chunk } from './chunk.ts';

export type ChecksumAlgorithm =
  | 'CRC32'
  | 'CRC32C'
  | 'CRC64NVME'
  | 'SHA1'
  | 'SHA256'
  | 'SHA512'
  | 'MD5'
  | 'XXHASH64'
  | 'XXHASH3'
  | 'XXHASH128';

/** A checksum as S3 answers it: base64, `-N` appended when composite. */
export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  readonly value: string;
}

/** Retention of one version (S3 Object Lock). */
export interface ObjectLock {
  readonly mode?: 'GOVERNANCE' | 'COMPLIANCE';
  readonly retainUntilMs?: number;
  readonly legalHold?: boolean;
}

/** The part of it that PutObjectRetention sets. */
export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly retainUntilMs: number;
}

/** A version of an archive class that is brought back for a time. */
export interface RestoreState {
  readonly isOngoing: boolean;
  /** Set when it is there: until then it can be read. */
  readonly expiresAtMs?: number;
}

/** How a version is encrypted at rest; opaque to the catalog. */
export interface ObjectEncryption {
  readonly scheme: 'SSE-C' | 'SSE-S3' | 'SSE-KMS' | 'DSSE-KMS';
  readonly keyId?: string;
  /** Wrapped data key, nonce and what else the scheme needs. */
  readonly envelope: Uint8Array;
}

/** Where the bytes of a version lie when they were moved to a remote tier. */
export interface RemoteTierPointer {
  readonly tier: string;
  readonly remoteKey: string;
  readonly remoteVersionId?: string;
}

/** One part of a completed multipart upload, kept for part-number reads and attributes. */
export interface CompletedPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** base64 checksum of the part in the object's algorithm. */
  readonly checksum?: string;
}

/**
 * What a writer says about a new version. Everything but place and time, which the catalog sets.
 * Header names in `systemHeaders` are lower case: cache-control, content-disposition, content-encoding, content-language,
 * content-type, expires, x-amz-website-redirect-location.
 */
export interface NewObjectVersion {
  readonly sizeBytes: number;
  /** Without quotes: MD5 in hex, or `<hex>-<parts>`. */
  readonly etag: string;
  readonly systemHeaders: Readonly<Record<string, string>>;
  /** User metadata without the `x-amz-meta-` prefix; names in lower case. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly chunks: readonly Chunk[];
  /** Bytes kept in the record itself; then `chunks` is empty. */
  readonly inlineData?: Uint8Array;
  readonly checksum?: ObjectChecksum;
  readonly parts?: readonly CompletedPart[];
  /** `STANDARD` when absent. */
  readonly storageClass?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly lock?: ObjectLock;
  /** The object's ACL, opaque to the catalog; absent for the default one. */
  readonly acl?: Uint8Array;
  readonly encryption?: ObjectEncryption;
  readonly remoteTier?: RemoteTierPointer;
  readonly ownerId: string;
}

/** One version of an object as the catalog keeps it. */
export interface ObjectVersion extends NewObjectVersion {
  /** `null` for an object written without versioning. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  /** Milliseconds since the epoch; S3 shows whole seconds in headers. */
  readonly lastModifiedMs: number;
  readonly restore?: RestoreState;
}

/** The little that a listing shows of a version. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly storageClass: string;
  readonly ownerId: string;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
  /** These two only in listings `withDetails`. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly restore?: RestoreState;
}
