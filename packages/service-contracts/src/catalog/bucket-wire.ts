import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type { Bucket, CreateBucketRequest, DefaultRetention } from '../bucket.ts';
import { BUCKET_CONFIG_KINDS, LOCK_MODES, requireOneOf, VERSIONING_STATES } from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';

export function defaultRetentionFromWire(retention: wire.DefaultRetention | null): DefaultRetention | undefined {
  if (retention === null) return undefined;
  return definedFields({
    mode: requireOneOf('lock mode', retention.mode, LOCK_MODES),
    days: retention.days,
    years: retention.years,
  });
}

export function bucketToWire(bucket: Bucket): wire.BucketInit {
  return {
    name: bucket.name,
    bucket_id: bucket.bucketId,
    owner_id: bucket.ownerId,
    region: bucket.region,
    created_at_ms: bucket.createdAtMs,
    versioning: bucket.versioning,
    object_lock_enabled: bucket.objectLockEnabled,
    default_retention: bucket.defaultRetention,
    has_event_rules: bucket.hasEventRules,
    config_bits: bucket.configBits,
    config_revision: bucket.configRevision,
  };
}

export function bucketFromWire(bucket: wire.Bucket): Bucket {
  return definedFields({
    name: bucket.name,
    bucketId: bucket.bucket_id,
    ownerId: bucket.owner_id,
    region: bucket.region,
    createdAtMs: Number(bucket.created_at_ms),
    versioning: requireOneOf('versioning', bucket.versioning, VERSIONING_STATES),
    objectLockEnabled: bucket.object_lock_enabled,
    defaultRetention: defaultRetentionFromWire(bucket.default_retention),
    hasEventRules: bucket.has_event_rules,
    configBits: bucket.config_bits,
    configRevision: Number(bucket.config_revision),
  });
}

export function createBucketToWire(request: CreateBucketRequest): wire.CreateBucketRequestInit {
  return {
    name: request.name,
    owner_id: request.ownerId,
    region: request.region,
    object_lock_enabled: request.objectLockEnabled,
    configs: request.configs,
  };
}

export function createBucketFromWire(request: wire.CreateBucketRequest): CreateBucketRequest {
  return {
    name: request.name,
    ownerId: request.owner_id,
    region: request.region,
    objectLockEnabled: request.object_lock_enabled,
    configs: request.configs.map(({ kind, value }) => ({
      kind: requireOneOf('kind', kind, BUCKET_CONFIG_KINDS),
      value,
    })),
  };
}
