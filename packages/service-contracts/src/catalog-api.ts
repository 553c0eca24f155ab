/**
 * The catalog's contract: the system of record for every name. Each call is one transaction; a promise that resolves means
 * that its effect is on stable storage. Calls reject with CatalogError; anything else is a fault of the system (outcome unknown).
 *
 * Keys are valid UTF-8 and ordered by their UTF-8 bytes. Buckets are named by their S3 name.
 */
import type {
  AccountConfigKind,
  Bucket,
  BucketConfigKind,
  CreateBucketRequest,
  DefaultRetention,
  PutBucketConfigOptions,
} from './bucket.ts';
import type { Chunk } from './chunk.ts';
import type { IamAnswers, IamChange, IamEntity, IamQuestions } from './iam-api.ts';
import type {
  CommitObjectRequest,
  CommittedObject,
  DeletedObject,
  DeleteObjectRequest,
  DeleteObjectsRequest,
  DeleteOutcome,
  EventContext,
  ListObjectsPage,
  ListObjectsRequest,
  ListObjectVersionsPage,
  ListObjectVersionsRequest,
  RenameObjectRequest,
  SharedChunks,
  UpdateVersionRequest,
  WriteCondition,
} from './object-requests.ts';
import type {
  ChecksumAlgorithm,
  CompletedPart,
  NewObjectVersion,
  ObjectChecksum,
  ObjectVersion,
} from './object-version.ts';

export interface CreateUploadRequest {
  readonly bucket: string;
  readonly key: string;
  /** What the finished object shall carry; size, etag and chunks are ignored. */
  readonly template: Pick<
    NewObjectVersion,
    'systemHeaders' | 'userMetadata' | 'storageClass' | 'tags' | 'lock' | 'acl' | 'encryption' | 'ownerId'
  >;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
  readonly initiatorId: string;
}

export interface Upload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedAtMs: number;
  readonly initiatorId: string;
  readonly template: CreateUploadRequest['template'];
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface PutPartRequest {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** 1 to 10,000. A part put again replaces the former one, whose chunks become garbage. */
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** MD5 of the part in hex. */
  readonly etag: string;
  readonly chunks: readonly Chunk[];
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  readonly shared?: SharedChunks;
}

export interface UploadedPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

export interface ListPartsRequest {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly partNumberMarker: number;
  readonly maxParts: number;
}

export interface ListPartsPage {
  readonly upload: Upload;
  readonly parts: readonly UploadedPart[];
  readonly isTruncated: boolean;
  readonly nextPartNumberMarker?: number;
}

export interface ListUploadsRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  readonly maxUploads: number;
}

export interface ListUploadsPage {
  readonly uploads: readonly Upload[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  readonly nextKeyMarker?: string;
  readonly nextUploadIdMarker?: string;
}

export interface CompleteUploadRequest {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** In the order of the request; the catalog checks order, existence, ETags, checksums and minimum sizes. */
  readonly parts: readonly { readonly partNumber: number; readonly etag: string; readonly checksum?: string }[];
  /** x-amz-mp-object-size: refused when the sum differs. */
  readonly expectedSizeBytes?: number;
  /** x-amz-checksum-* of the request: refused when the computed one differs. */
  readonly expectedChecksum?: ObjectChecksum;
  /** x-amz-checksum-type of the request: refused when the upload's is another. */
  readonly expectedChecksumType?: 'FULL_OBJECT' | 'COMPOSITE';
  readonly condition?: WriteCondition;
  readonly event: EventContext;
}

export interface CompletedUpload extends CommittedObject {
  readonly etag: string;
  readonly sizeBytes: number;
  readonly checksum?: ObjectChecksum;
  readonly parts: readonly CompletedPart[];
}

/** One row of the ordered change log. `seq` rises with commit order within a shard. */
export interface OutboxRow {
  readonly seq: bigint;
  readonly atMs: number;
  readonly bucket: string;
  readonly change:
    | {
        readonly kind: 'object';
        readonly event: EventContext;
        readonly key: string;
        /** `null` when unversioned. */
        readonly versionId: string;
        readonly sizeBytes: number;
        readonly etag: string;
        readonly contentType: string;
        readonly userMetadata: Readonly<Record<string, string>>;
        readonly bucketOwnerId: string;
      }
    /** The bucket's notification rules became these (absent: removed). */
    | { readonly kind: 'rules'; readonly configuration?: Uint8Array };
}

export interface OutboxPage {
  readonly rows: readonly OutboxRow[];
  /** Where the next read starts, also when no row was returned. */
  readonly nextSeq: bigint;
}

/** Needles that no name refers to any more. */
export interface GarbageEntry {
  readonly garbageId: string;
  readonly sinceMs: number;
  readonly chunks: readonly Chunk[];
}

/** Access keys kept by the catalog (beside the static identities file of the gateway). */
export interface IdentityRecord {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: string;
  readonly displayName: string;
  readonly actions: readonly string[];
}

export interface CatalogPort {
  createBucket(request: CreateBucketRequest): Promise<Bucket>;
  /** Undefined when there is none. Answers at once, without a promise, where the bucket is remembered in this process. */
  getBucket(name: string): Bucket | undefined | Promise<Bucket | undefined>;
  deleteBucket(name: string): Promise<void>;
  listBuckets(request: {
    readonly ownerId?: string;
    readonly prefix: string;
    readonly startAfter: string;
    readonly maxBuckets: number;
  }): Promise<{ readonly buckets: readonly Bucket[]; readonly isTruncated: boolean }>;

  /** Versions in a bucket, delete markers apart, and their bytes. CatalogError `NoSuchBucket`. */
  getBucketUsage(bucket: string): Promise<{ readonly objects: number; readonly bytes: number }>;
  getBucketConfig(bucket: string, kind: BucketConfigKind): Promise<Uint8Array | undefined>;
  /** `undefined` removes it. Setting `notification` also writes a `rules` row into the outbox. */
  putBucketConfig(
    bucket: string,
    kind: BucketConfigKind,
    value: Uint8Array | undefined,
    options?: PutBucketConfigOptions,
  ): Promise<void>;
  /** `InvalidBucketState` when object lock is on and versioning would be suspended. Versioning is never switched off again. */
  putBucketVersioning(bucket: string, state: 'Enabled' | 'Suspended'): Promise<void>;
  /** Switches object lock on, for good, and sets or removes the default retention. `InvalidBucketState` unless versioning is enabled. */
  putBucketObjectLock(bucket: string, defaultRetention: DefaultRetention | undefined): Promise<void>;

  getAccountConfig(accountId: string, kind: AccountConfigKind): Promise<Uint8Array | undefined>;
  /** `undefined` removes it. */
  putAccountConfig(accountId: string, kind: AccountConfigKind, value: Uint8Array | undefined): Promise<void>;

  /**
   * The current version, or the named one. Undefined when there is none; a delete marker is returned as such. `InvalidVersionId` when
   * the id is none at all. Answers (and refuses) at once, without a promise, where the names lie in this process: the most frequent
   * question of all.
   */
  lookupObject(
    bucket: string,
    key: string,
    versionId?: string,
  ): ObjectVersion | undefined | Promise<ObjectVersion | undefined>;
  /** A new version, or in a bucket without versioning (or suspended) a new `null` version in place of the old one. */
  commitObject(request: CommitObjectRequest): Promise<CommittedObject>;
  /** `ObjectLocked` when a version would go that retention or a legal hold keeps. */
  deleteObject(request: DeleteObjectRequest): Promise<DeletedObject>;
  deleteObjects(request: DeleteObjectsRequest): Promise<readonly DeleteOutcome[]>;
  /** Current objects; delete markers are not seen. */
  listObjects(request: ListObjectsRequest): Promise<ListObjectsPage>;
  listObjectVersions(request: ListObjectVersionsRequest): Promise<ListObjectVersionsPage>;
  /**
   * Changes what a version carries, in place; answers which version it was. `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` for a
   * delete marker, `ObjectLocked` when retention would be weakened, `InvalidRequest` for retention in a bucket without object lock.
   */
  updateVersion(request: UpdateVersionRequest): Promise<CommittedObject>;
  /**
   * Gives the current version another name in the same bucket, with its ETag, time and needles, in one transaction. With versioning
   * the source keeps its versions under a delete marker. `NoSuchKey`, `PreconditionFailed`.
   */
  renameObject(request: RenameObjectRequest): Promise<CommittedObject>;

  createUpload(request: CreateUploadRequest): Promise<Upload>;
  getUpload(bucket: string, key: string, uploadId: string): Promise<Upload | undefined>;
  putPart(request: PutPartRequest): Promise<UploadedPart>;
  listParts(request: ListPartsRequest): Promise<ListPartsPage>;
  listUploads(request: ListUploadsRequest): Promise<ListUploadsPage>;
  completeUpload(request: CompleteUploadRequest): Promise<CompletedUpload>;
  abortUpload(bucket: string, key: string, uploadId: string): Promise<void>;

  /** Rows from `fromSeq` on, oldest first; waits up to `waitMs` for the first one. */
  readOutbox(request: {
    readonly fromSeq: bigint;
    readonly maxRows: number;
    readonly waitMs: number;
    readonly signal?: AbortSignal;
  }): Promise<OutboxPage>;
  /** Rows below the lowest cursor of all consumers may be trimmed. */
  advanceOutboxCursor(consumer: string, seq: bigint): Promise<void>;
  getOutboxCursor(consumer: string): Promise<bigint | undefined>;

  /** Hands needles that were written for a request which then failed to the collector. */
  addGarbage(chunks: readonly Chunk[]): Promise<void>;
  /** Oldest first; only what has been garbage for at least `olderThanMs`. */
  listGarbage(request: { readonly maxEntries: number; readonly olderThanMs: number }): Promise<readonly GarbageEntry[]>;
  forgetGarbage(garbageIds: readonly string[]): Promise<void>;

  getIdentity(accessKeyId: string): Promise<IdentityRecord | undefined>;
  putIdentity(identity: IdentityRecord): Promise<void>;
  deleteIdentity(accessKeyId: string): Promise<void>;
  listIdentities(request: { readonly startAfter: string; readonly max: number }): Promise<readonly IdentityRecord[]>;

  /** What is kept of IAM; nothing is remembered on the way. */
  readIam<Name extends keyof IamQuestions>(name: Name, question: IamQuestions[Name]): Promise<IamAnswers[Name]>;
  changeIam(change: IamChange): Promise<IamEntity | undefined>;
}
