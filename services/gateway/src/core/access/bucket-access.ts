import type { Acl, ObjectOwnership, Policy, PublicAccessBlock } from '@needlestack/access-control';
import type { Bucket } from '@needlestack/service-contracts';

/** Everything that decides who may do what in a bucket; made once for each revision of its configurations. */
export interface BucketAccess {
  readonly bucket: Bucket;
  readonly policy: Policy | undefined;
  readonly isPolicyPublic: boolean;
  /** The policy was put with x-amz-confirm-remove-self-bucket-access: its denials bind the account's root too. */
  readonly bindsOwnerRoot: boolean;
  /** Undefined: never set. Objects then belong to their writers and ACLs count, as with `ObjectWriter`. */
  readonly ownership: ObjectOwnership | undefined;
  /** Undefined: all to the owner. */
  readonly acl: Acl | undefined;
  /** The bucket's own; the account's comes on top where something would be public. */
  readonly block: PublicAccessBlock;
  readonly requesterPays: boolean;
  /** The bucket's tags, where they are switched on for access decisions. */
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/** Finds what decides about a bucket. */
export interface BucketAccessDirectory {
  /** A promise only where it is not in memory; undefined when there is no such bucket. */
  find(bucket: string): BucketAccess | undefined | Promise<BucketAccess | undefined>;
  /** PublicAccessBlock of an account. */
  accountBlock(accountId: string): PublicAccessBlock | Promise<PublicAccessBlock>;
  /** After a change made here. */
  forget(bucket: string): void;
  forgetAccount(accountId: string): void;
}

/** Whether ACLs count in the bucket, and objects may have owners of their own. */
export const hasAcls = (access: BucketAccess): boolean => access.ownership !== 'BucketOwnerEnforced';
