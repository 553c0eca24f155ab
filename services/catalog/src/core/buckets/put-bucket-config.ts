import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { type BucketConfigKind, CatalogError } from '@needlestack/service-contracts';
import { encodeBucketRecord } from '../codec/bucket-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { bucketConfigKey, bucketKey } from '../keys.ts';
import { BUCKET_CONFIG_BYTES_MAX } from '../limits.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { BUCKET_CONFIG_CODES } from './bucket-config-kind.ts';
import { requireBucket } from './require-bucket.ts';

export interface PutBucketConfigRequest {
  readonly bucket: string;
  readonly kind: BucketConfigKind;
  /** Undefined removes it. */
  readonly value: Uint8Array | undefined;
}

/**
 * Sets, replaces or removes a configuration. Event rules are also a row of the outbox, so that each event is matched against
 * the rules in force at its place in the log. CatalogError `NoSuchBucket`, `InvalidRequest`.
 */
export function* putBucketConfig(
  tx: KvTransaction,
  request: PutBucketConfigRequest,
  context: CommitContext,
): KvProgram<void> {
  const { kind, value } = request;
  const bucket = yield* requireBucket(tx, request.bucket);
  if (value !== undefined && value.length > BUCKET_CONFIG_BYTES_MAX)
    throw new CatalogError(
      'InvalidRequest',
      `a ${kind} configuration of ${value.length} bytes: at most ${BUCKET_CONFIG_BYTES_MAX}`,
    );
  const key = bucketConfigKey(bucket.id, BUCKET_CONFIG_CODES[kind]);
  if (value === undefined) tx.delete(key);
  else tx.put(key, value);
  if (kind !== 'notification') return;
  const hasEventRules = value !== undefined;
  if (hasEventRules !== bucket.hasEventRules)
    tx.put(bucketKey(bucket.name), encodeBucketRecord({ ...bucket, hasEventRules }));
  if (!hasEventRules && !bucket.hasEventRules) return;
  const change = value === undefined ? { kind: 'rules' as const } : { kind: 'rules' as const, configuration: value };
  yield* appendOutboxRow(tx, { bucket: bucket.name, change }, context);
}
