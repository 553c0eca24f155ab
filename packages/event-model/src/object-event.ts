/** One thing that happened, before it takes the shape that a target wants. Made from an outbox row. */

export interface ObjectEvent {
  /** Place in the outbox; unsigned 64-bit. */
  readonly seq: bigint;
  readonly atMs: number;
  /** Without `s3:`. A name that this version does not know is carried on unchanged. */
  readonly eventName: string;
  readonly bucket: string;
  /** As the client named it, not escaped. Empty for events of a bucket. */
  readonly key: string;
  /** Empty when unversioned. */
  readonly versionId: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly contentType: string;
  /** By header name in lower case, `x-amz-meta-` included. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly bucketOwnerId: string;
  readonly principalId: string;
  readonly sourceIpAddress: string;
  readonly requestId: string;
  readonly userAgent: string;
  /** Facts that only some events have. */
  readonly details?: EventDetails;
}

export interface EventDetails {
  readonly restore?: { readonly expiresAtMs: number; readonly storageClass: string };
  readonly replication?: {
    readonly ruleId: string;
    readonly destinationBucket: string;
    readonly s3Operation: string;
    readonly requestedAtMs: number;
    readonly failureReason?: string;
    readonly threshold?: string;
  };
  readonly transition?: { readonly destinationStorageClass: string };
  readonly tiering?: { readonly destinationAccessTier: string };
}
