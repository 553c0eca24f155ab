import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  BUCKET_CONFIG_CODES,
  type BucketConfigKind,
  CatalogError,
  type PutBucketConfigOptions,
  withBucketConfig,
} from '@needlestack/service-contracts';
import { encodeBucketRecord } from '../codec/bucket-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { bucketConfigKey, bucketKey } from '../keys.ts';
import { BUCKET_CONFIG_BYTES_MAX } from '../limits.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { requireBucket } from './require-bucket.ts';

export interface PutBucketConfigRequest extends PutBucketConfigOptions {
  readonly bucket: string;
  readonly kind: BucketConfigKind;
  /** Undefined removes it. */
  readonly value: Uint8Array | undefined;
}

/**
 * Sets, replaces or removes a configuration, and says so in the bucket's row. Event rules are also a row of the outbox, so that each
 * event is matched against the rules in force at its place in the log.
 * CatalogError `NoSuchBucket`, `InvalidRequest`, `ConditionalRequestConflict`.
 */
export function* putBucketConfig(
  tx: KvTransaction,
  request: PutBucketConfigRequest,
  context: CommitContext,
): KvProgram<void> {
  const { kind, value, ifRevision } = request;
  const bucket = yield* requireBucket(tx, request.bucket);
  if (ifRevision !== undefined && ifRevision !== bucket.configRevision)
    throw new CatalogError('ConditionalRequestConflict', `configurations of ${bucket.name} were changed meanwhile`);
  if (value !== undefined) checkConfigSize(kind, value);
  const key = bucketConfigKey(bucket.id, BUCKET_CONFIG_CODES[kind]);
  if (value === undefined) tx.delete(key);
  else tx.put(key, value);
  const isRules = kind === 'notification';
  const changed = {
    ...bucket,
    hasEventRules: isRules ? value !== undefined : bucket.hasEventRules,
    configBits: withBucketConfig(bucket.configBits, kind, value !== undefined),
    configRevision: bucket.configRevision + 1,
  };
  tx.put(bucketKey(bucket.name), encodeBucketRecord(changed));
  if (isRules && (changed.hasEventRules || bucket.hasEventRules))
    yield* noteEventRules(tx, bucket.name, value, context);
}

/** CatalogError `InvalidRequest`. */
export function checkConfigSize(kind: BucketConfigKind, value: Uint8Array): void {
  if (value.length > BUCKET_CONFIG_BYTES_MAX)
    throw new CatalogError(
      'InvalidRequest',
      `a ${kind} configuration of ${value.length} bytes: at most ${BUCKET_CONFIG_BYTES_MAX}`,
    );
}

export function* noteEventRules(
  tx: KvTransaction,
  bucket: string,
  configuration: Uint8Array | undefined,
  context: CommitContext,
): KvProgram<void> {
  const change = configuration === undefined ? { kind: 'rules' as const } : { kind: 'rules' as const, configuration };
  yield* appendOutboxRow(tx, { bucket, change }, context);
}
