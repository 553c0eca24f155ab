import type { Policy, Principal } from '@needlestack/access-control';
import type { BucketAccess } from './bucket-access.ts';

/** Keys whose values lie with the object. */
export const OBJECT_TAG_KEYS = ['s3:existingobjecttag/'];
/** Keys whose values may stand in the body of the request. */
export const REQUEST_TAG_KEYS = ['s3:requestobjecttag/', 's3:requestobjecttagkeys', 'aws:requesttag/', 'aws:tagkeys'];

/** Whether any policy that has a say asks for one of the keys: what costs a look-up is found only then. */
export const asksFor = (
  { policy }: Pick<BucketAccess, 'policy'>,
  { policies }: Pick<Principal, 'policies'>,
  keys: readonly string[],
): boolean => {
  const asks = (each: Policy | undefined): boolean => each !== undefined && keys.some((key) => each.keysUsed.has(key));
  if (asks(policy)) return true;
  if (policies === undefined) return false;
  const { identity, boundary, session = [] } = policies;
  return asks(boundary) || identity.some(asks) || session.some(asks);
};
