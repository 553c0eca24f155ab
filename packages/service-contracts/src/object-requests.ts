/** What is asked of the catalog about objects and their versions. */
import type { Chunk } from './chunk.ts';
import type { ListedObject, NewObjectVersion, ObjectEncryption, RestoreState, Retention } from './object-version.ts';

/** Compare-and-set inside the commit (s3.md rule 27). ETags without quotes, or `*`. */
export interface WriteCondition {
  readonly ifNoneMatch?: string;
  readonly ifMatch?: string;
  /**
   * The writer saw the condition hold before it took the body. When `ifMatch` then finds nothing, a delete came in between, which is
   * `ConditionalRequestConflict` and not `NoSuchKey`.
   */
  readonly heldBefore?: boolean;
}

/** Conditions of a read, and of the source of a rename (s3.md rule 26). ETags without quotes, or `*`. */
export interface ReadCondition {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSinceMs?: number;
  readonly ifUnmodifiedSinceMs?: number;
}

/** Conditions of a delete (s3.md rule 28), on the named version, else on the current one. All that are there must hold. */
export interface DeleteCondition {
  readonly ifMatch?: string;
  readonly ifMatchSizeBytes?: number;
  /** Compared in whole seconds, as clients know it. */
  readonly ifMatchLastModifiedMs?: number;
  /** For workers that decided on what they saw: the version is this one, written at exactly this time. */
  readonly ifUnchanged?: { readonly versionId: string; readonly lastModifiedMs: number };
  /** Only while a newer version (or marker) of the key is there. */
  readonly ifNoncurrent?: boolean;
  /** Only while the key has no other version: what makes a delete marker an expired one. */
  readonly ifOnlyVersion?: boolean;
}

/** Who did it, for the event record. Every mutation carries one; the row is written only when the bucket has event rules. */
export interface EventContext {
  /**
   * Without `s3:`, such as `ObjectCreated:Put`. Deletes name `ObjectRemoved:Delete` or `LifecycleExpiration:Delete`; the catalog
   * makes `...:DeleteMarkerCreated` of it when that is what happened.
   */
  readonly eventName: string;
  readonly requestId: string;
  readonly principalId: string;
  readonly sourceIpAddress: string;
  readonly userAgent: string;
}

/**
 * Needles that another version has and that the new one shall name too: no byte is copied. The commit refuses with
 * `ConditionalRequestConflict` when that version is gone or names other needles by now (look it up again). Only whole chunks can be
 * shared, and only when they are not encrypted under the source's own key. Never give shared chunks to `addGarbage`.
 */
export interface SharedChunks {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** Those among the new version's (or part's) chunks that are the source's. */
  readonly chunks: readonly Chunk[];
}

export interface CommitObjectRequest {
  readonly bucket: string;
  readonly key: string;
  readonly version: NewObjectVersion;
  readonly condition?: WriteCondition;
  readonly shared?: SharedChunks;
  readonly event: EventContext;
}

export interface CommittedObject {
  /** `null` unless versioning is enabled. */
  readonly versionId: string;
  readonly lastModifiedMs: number;
}

export interface DeleteObjectRequest {
  readonly bucket: string;
  readonly key: string;
  /** This version goes for good. Without it a versioned bucket gets a delete marker. */
  readonly versionId?: string;
  readonly condition?: DeleteCondition;
  /** The caller may pass GOVERNANCE retention, and says so. COMPLIANCE and legal holds stand. */
  readonly bypassGovernance?: boolean;
  readonly event: EventContext;
}

export interface DeletedObject {
  /** False when there was nothing under the key; S3 still answers 204. */
  readonly existed: boolean;
  /** The deleted version, or the new delete marker. Absent in buckets without versioning unless a version was named. */
  readonly versionId?: string;
  /** The version that was deleted is a delete marker, or one was made. */
  readonly isDeleteMarker?: boolean;
}

export interface DeleteObjectsRequest {
  readonly bucket: string;
  /** At most 1,000. */
  readonly objects: readonly {
    readonly key: string;
    readonly versionId?: string;
    readonly condition?: DeleteCondition;
  }[];
  readonly bypassGovernance?: boolean;
  readonly event: EventContext;
}

/** One outcome per requested object, in order. `code` is a CatalogErrorCode. */
export type DeleteOutcome =
  | ({ readonly ok: true } & DeletedObject)
  | { readonly ok: false; readonly code: string; readonly message: string };

/** What can change of a version that is there; its bytes, ETag and time stay. */
export type VersionChange =
  /** No tags: they are taken off. */
  | { readonly kind: 'tags'; readonly tags: Readonly<Record<string, string>> }
  /** Without `retention` it is taken off. */
  | { readonly kind: 'retention'; readonly retention?: Retention; readonly bypassGovernance?: boolean }
  | { readonly kind: 'legal-hold'; readonly isOn: boolean }
  /** Opaque bytes; without them the object has the default ACL again. */
  | { readonly kind: 'acl'; readonly acl?: Uint8Array }
  /** Only while the envelope is `formerEnvelope`, else `ConditionalRequestConflict`. */
  | { readonly kind: 'encryption'; readonly formerEnvelope: Uint8Array; readonly encryption: ObjectEncryption }
  /**
   * Without `restore` the state is taken off. With `wasOngoing` only while the present state's `isOngoing` (false when there is none) is
   * that, else `ConditionalRequestConflict`.
   */
  | { readonly kind: 'restore'; readonly restore?: RestoreState; readonly wasOngoing?: boolean };

export interface UpdateVersionRequest {
  readonly bucket: string;
  readonly key: string;
  /** The current one when absent. */
  readonly versionId?: string;
  /** ETag without quotes that the version must have. */
  readonly ifMatch?: string;
  readonly change: VersionChange;
  readonly event: EventContext;
}

export interface RenameObjectRequest {
  readonly bucket: string;
  readonly sourceKey: string;
  readonly key: string;
  readonly sourceCondition?: ReadCondition;
  /** Beside those of a write, the destination's time may be asked for; what is not there fails `ifMatch` and `ifModifiedSinceMs` only. */
  readonly condition?: WriteCondition & Pick<ReadCondition, 'ifModifiedSinceMs' | 'ifUnmodifiedSinceMs'>;
  readonly event: EventContext;
}

export interface ListObjectsRequest {
  readonly bucket: string;
  readonly prefix: string;
  /** Empty: no grouping. */
  readonly delimiter: string;
  /** Exclusive; need not exist. */
  readonly startAfter: string;
  /** The page before ended at the common prefix `startAfter`: skip all keys under it. */
  readonly resumeAfterPrefix: boolean;
  /** 0 to 1,000; common prefixes count. */
  readonly maxKeys: number;
  /** Also `tags` and `restore` of each, which costs more. */
  readonly withDetails?: boolean;
}

export interface ListObjectsPage {
  readonly objects: readonly ListedObject[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or common prefix given, when truncated; with `nextIsPrefix` the two arguments of the next call. */
  readonly nextStartAfter?: string;
  readonly nextIsPrefix?: boolean;
}

export interface ListObjectVersionsRequest {
  readonly bucket: string;
  readonly prefix: string;
  /** Empty: no grouping. */
  readonly delimiter: string;
  /** Exclusive unless `versionIdMarker` is set; need not exist. When it is a common prefix of this listing, all under it is skipped. */
  readonly keyMarker: string;
  /** Goes on with the versions of `keyMarker` that are older than this one, which may be gone by now. Empty: none. */
  readonly versionIdMarker: string;
  /** 0 to 1,000; common prefixes count. */
  readonly maxKeys: number;
  readonly withDetails?: boolean;
}

/** A version or a delete marker (then size 0, no ETag). */
export interface ListedVersion extends ListedObject {
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
}

export interface ListObjectVersionsPage {
  /** By key, the versions of a key from new to old. */
  readonly versions: readonly ListedVersion[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The two markers of the next call, when truncated; the second is opaque and absent after a common prefix. */
  readonly nextKeyMarker?: string;
  readonly nextVersionIdMarker?: string;
}
