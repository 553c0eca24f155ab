/** What the catalog keeps of a bucket beside what is in it. */

/** Kinds of bucket configuration that the catalog keeps; the bytes are the owner's affair. */
export type BucketConfigKind = keyof typeof BUCKET_CONFIG_CODES;

/** Stored numbers of the kinds, 1 to 31: bits of a bucket row hang on them. Never reuse one. */
export const BUCKET_CONFIG_CODES = {
  notification: 1,
  tagging: 2,
  policy: 3,
  cors: 4,
  lifecycle: 5,
  encryption: 6,
  ownership: 7,
  'public-access-block': 8,
  acl: 9,
  logging: 10,
  website: 11,
  replication: 12,
  'request-payment': 13,
  'table-bucket': 14,
  accelerate: 15,
  inventory: 16,
  analytics: 17,
  metrics: 18,
  'intelligent-tiering': 19,
  abac: 20,
} as const;

export type VersioningState = 'Off' | 'Enabled' | 'Suspended';

/** Retention that a version gets when it is written without one: exactly one of `days` and `years`. */
export interface DefaultRetention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days?: number;
  readonly years?: number;
}

export interface Bucket {
  readonly name: string;
  /** Identity of this incarnation; a bucket deleted and made again has another. */
  readonly bucketId: string;
  readonly ownerId: string;
  readonly region: string;
  readonly createdAtMs: number;
  readonly versioning: VersioningState;
  readonly objectLockEnabled: boolean;
  readonly defaultRetention?: DefaultRetention;
  /** True while an event rule is set: commits then write an outbox row. */
  readonly hasEventRules: boolean;
  /** Which kinds of configuration are set: ask `hasBucketConfig`. */
  readonly configBits: number;
  /** Rises with every change of a configuration: what was made of configurations may be remembered by bucketId and this. */
  readonly configRevision: number;
}

const bitOf = (kind: BucketConfigKind): number => 1 << (BUCKET_CONFIG_CODES[kind] - 1);

/** True when a configuration of this kind is set. Costs nothing: the bucket row says so. */
export const hasBucketConfig = (bucket: Pick<Bucket, 'configBits'>, kind: BucketConfigKind): boolean =>
  (bucket.configBits & bitOf(kind)) !== 0;

/** The bits with one kind set or taken out. */
export const withBucketConfig = (configBits: number, kind: BucketConfigKind, isSet: boolean): number =>
  (isSet ? configBits | bitOf(kind) : configBits & ~bitOf(kind)) >>> 0;

export interface CreateBucketRequest {
  readonly name: string;
  readonly ownerId: string;
  readonly region: string;
  /** Also enables versioning. */
  readonly objectLockEnabled: boolean;
  /** Configurations that the bucket has from its first moment on. */
  readonly configs?: readonly BucketConfigValue[];
}

export interface BucketConfigValue {
  readonly kind: BucketConfigKind;
  readonly value: Uint8Array;
}

export interface PutBucketConfigOptions {
  /** Only while the bucket's `configRevision` is this one, else `ConditionalRequestConflict`: for read, change, write. */
  readonly ifRevision?: number;
}

/** Kinds of configuration of an account. */
export type AccountConfigKind = 'public-access-block';
