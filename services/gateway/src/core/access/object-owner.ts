import type { Principal } from '@needlestack/access-control';
import { headerValue, type QueryParameters, type RequestHeaders } from '@needlestack/s3-protocol';
import type { BucketAccess } from './bucket-access.ts';

/**
 * Whom an object belongs to that a request writes: the bucket's owner where ownership says so, its writer elsewhere. What nobody
 * signed for belongs to the bucket's owner too.
 */
export const ownerOfNewObject = (
  { bucket, ownership }: BucketAccess,
  principal: Principal,
  request: { readonly headers: RequestHeaders; readonly query: QueryParameters },
): string => {
  if (ownership === 'BucketOwnerEnforced' || principal.accountId === '') return bucket.ownerId;
  if (ownership !== 'BucketOwnerPreferred' || principal.accountId === bucket.ownerId) return principal.accountId;
  const canned = headerValue(request.headers, 'x-amz-acl') ?? request.query.get('x-amz-acl');
  return canned === 'bucket-owner-full-control' ? bucket.ownerId : principal.accountId;
};
