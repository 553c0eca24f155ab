/** Ownership and PublicAccessBlock: what of ACLs and policies counts in a bucket. */

export const OBJECT_OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const;
export type ObjectOwnership = (typeof OBJECT_OWNERSHIPS)[number];

export const isObjectOwnership = (text: string): text is ObjectOwnership =>
  (OBJECT_OWNERSHIPS as readonly string[]).includes(text);

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

export const NO_PUBLIC_ACCESS_BLOCK: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};

export const FULL_PUBLIC_ACCESS_BLOCK: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};

/** What bucket and account say together: the stricter of both. */
export const joinPublicAccessBlocks = (one: PublicAccessBlock, other: PublicAccessBlock): PublicAccessBlock => ({
  blockPublicAcls: one.blockPublicAcls || other.blockPublicAcls,
  ignorePublicAcls: one.ignorePublicAcls || other.ignorePublicAcls,
  blockPublicPolicy: one.blockPublicPolicy || other.blockPublicPolicy,
  restrictPublicBuckets: one.restrictPublicBuckets || other.restrictPublicBuckets,
});
