import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type { Bucket } from '../catalog-api.ts';
import { requireOneOf, VERSIONING_STATES } from './closed-sets.ts';

export function bucketToWire(bucket: Bucket): wire.BucketInit {
  return {
    name: bucket.name,
    bucket_id: bucket.bucketId,
    owner_id: bucket.ownerId,
    region: bucket.region,
    created_at_ms: bucket.createdAtMs,
    versioning: bucket.versioning,
    object_lock_enabled: bucket.objectLockEnabled,
    has_event_rules: bucket.hasEventRules,
  };
}

export function bucketFromWire(bucket: wire.Bucket): Bucket {
  return {
    name: bucket.name,
    bucketId: bucket.bucket_id,
    ownerId: bucket.owner_id,
    region: bucket.region,
    createdAtMs: Number(bucket.created_at_ms),
    versioning: requireOneOf('versioning', bucket.versioning, VERSIONING_STATES),
    objectLockEnabled: bucket.object_lock_enabled,
    hasEventRules: bucket.has_event_rules,
  };
}
