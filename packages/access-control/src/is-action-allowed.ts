import { matchesPattern } from './match-pattern.ts';
import type { Permissions, ScopedAction, StaticAction } from './principal.ts';

/**
 * Whether the permissions allow the action.
 *
 * @param bucket empty for the service itself (ListBuckets)
 * @param key empty for the bucket itself; for a listing, the prefix that is listed
 */
export const isActionAllowed = (
  permissions: Permissions,
  action: StaticAction,
  bucket: string,
  key: string,
): boolean => {
  const { everywhere, scoped } = permissions;
  if (everywhere.has('Admin') || everywhere.has(action)) return true;
  for (const grant of scoped) {
    if ((grant.action === action || grant.action === 'Admin') && covers(grant, action, bucket, key)) return true;
  }
  return false;
};

const covers = (grant: ScopedAction, action: StaticAction, bucket: string, key: string): boolean => {
  // Whoever may list one bucket may ask for the list of buckets; what it shows is filtered by owner.
  if (bucket === '') return action === 'List';
  if (!matchesPattern(grant.bucketPattern, bucket)) return false;
  if (grant.keyPattern === undefined) return true;
  // A grant on keys says nothing about making or removing the bucket around them.
  if (key === '' && action === 'Admin') return false;
  return matchesPattern(grant.keyPattern, key);
};
