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

const BITS = ['blockPublicAcls', 'ignorePublicAcls', 'blockPublicPolicy', 'restrictPublicBuckets'] as const;

/** One byte for the catalog: a bit each, in the order of the document. */
export const encodePublicAccessBlock = (block: PublicAccessBlock): Uint8Array =>
  Uint8Array.of(BITS.reduce((byte, name, bit) => byte | (block[name] ? 1 << bit : 0), 0));

/** What cannot be read blocks everything. */
export const decodePublicAccessBlock = (bytes: Uint8Array): PublicAccessBlock => {
  const [byte] = bytes;
  if (byte === undefined) return FULL_PUBLIC_ACCESS_BLOCK;
  return {
    blockPublicAcls: (byte & 1) !== 0,
    ignorePublicAcls: (byte & 2) !== 0,
    blockPublicPolicy: (byte & 4) !== 0,
    restrictPublicBuckets: (byte & 8) !== 0,
  };
};
