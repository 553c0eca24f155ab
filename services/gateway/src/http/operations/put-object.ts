import {
  checksumHeader,
  readLockHeaders,
  readWriteCondition,
  S3Error,
  type WriteCondition,
} from '@needlestack/s3-protocol';
import { CatalogError } from '@needlestack/service-contracts';
import { DEFAULT_CHECKSUM } from '../../core/check-digests.ts';
import type { Compatibility } from '../../core/compatibility.ts';
import { readObjectAttributes } from '../../core/object-attributes.ts';
import { type BodyPlan, planBody } from '../../core/plan-body.ts';
import { lockToSet, requireDigestUnderLock } from '../../core/version-lock.ts';
import { readNewObjectAccess } from '../access/new-object-access.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { type BodySource, discardChunks, receiveObject } from '../bodies/receive-object.ts';
import { chooseEtag, makeObjectKeys, pushEncryption } from '../encryption/object-encryption.ts';
import { hasLifecycle, pushExpiration } from '../expiration-header.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const putObject = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const stored = await storeObject(exchange, context, { eventName: 'ObjectCreated:Put', plan: planBody });
  sendEmpty(exchange, context, 200, stored.headers);
};

/** How a new object comes in. */
export interface ObjectIntake {
  readonly eventName: string;
  readonly plan: (exchange: S3Exchange, compatibility: Compatibility) => BodyPlan;
  /** Where the bytes come from; the request's body when absent. */
  readonly source?: BodySource;
}

export interface StoredObject {
  readonly etag: string;
  /** What an answer says of it; flat. */
  readonly headers: string[];
}

/** Takes an object in and commits it. */
export const storeObject = async (
  exchange: S3Exchange,
  context: GatewayContext,
  { eventName, plan: planIntake, source }: ObjectIntake,
): Promise<StoredObject> => {
  const { bucket, key, query } = exchange;
  const attributes = readObjectAttributes(exchange, query);
  const condition = readWriteCondition(exchange.headers, context.compatibility.has('if-none-match-etag'));
  const plan = planIntake(exchange, context.compatibility);
  const lockHeaders = readLockHeaders(exchange.headers, query, context.nowMs());
  const bucketRow = await requireBucket(exchange, context);
  const reading = readNewObjectAccess(exchange, context);
  const { ownerId, acl } = reading instanceof Promise ? await reading : reading;
  const lock = lockToSet(lockHeaders, bucketRow);
  if (bucketRow.objectLockEnabled) requireDigestUnderLock(lock, bucketRow, plan);
  const making = makeObjectKeys(exchange, context, bucketRow);
  const sealed = making instanceof Promise ? await making : making;
  if (condition !== undefined) await precheckCondition(exchange, context, condition);
  const received = await receiveObject(
    exchange,
    context,
    plan,
    plan.checksum?.algorithm ?? DEFAULT_CHECKSUM,
    sealed?.dataKeys,
    source,
  );
  const etag = chooseEtag(received.etag, sealed);
  const checksum = { ...received.checksum, type: 'FULL_OBJECT' as const };
  try {
    const committed = await context.catalog.commitObject({
      bucket,
      key,
      version: {
        sizeBytes: received.sizeBytes,
        etag,
        ...attributes,
        ...(lock === undefined ? undefined : { lock }),
        ...(sealed === undefined ? undefined : { encryption: sealed.encryption }),
        chunks: received.chunks,
        checksum,
        ownerId,
        ...(acl === undefined ? undefined : { acl }),
      },
      ...(condition === undefined ? undefined : { condition: { ...condition, heldBefore: true } }),
      event: exchange.eventContext(eventName),
    });
    const headers = ['ETag', `"${etag}"`];
    headers.push(checksumHeader(checksum.algorithm), checksum.value, 'x-amz-checksum-type', checksum.type);
    if (sealed !== undefined) pushEncryption(headers, exchange, sealed.encryption);
    if (committed.versionId !== 'null') headers.push('x-amz-version-id', committed.versionId);
    if (exchange.log !== undefined) exchange.log.objectSizeBytes = received.sizeBytes;
    if (hasLifecycle(exchange)) {
      const { lastModifiedMs } = committed;
      const { tags } = attributes;
      await pushExpiration(headers, exchange, { sizeBytes: received.sizeBytes, tags, lastModifiedMs }, context);
    }
    return { etag, headers };
  } catch (error) {
    // Only a refusal says that nothing was committed; after a fault the chunks may belong to an object.
    if (error instanceof CatalogError) discardChunks(context, received.chunks);
    throw error;
  }
};

/**
 * Spares the client a body whose commit is bound to fail. The commit checks again: between the two, others write.
 *
 * @throws S3Error `PreconditionFailed`, `NoSuchKey`
 */
export const precheckCondition = async (
  exchange: S3Exchange,
  context: GatewayContext,
  condition: WriteCondition,
): Promise<void> => {
  const current = await context.catalog.lookupObject(exchange.bucket, exchange.key);
  const exists = current !== undefined && !current.isDeleteMarker;
  if (condition.ifNoneMatch !== undefined) {
    if (exists && (condition.ifNoneMatch === '*' || condition.ifNoneMatch === current.etag)) {
      throw new S3Error('PreconditionFailed', { details: { Condition: 'If-None-Match' } });
    }
    return;
  }
  if (!exists) throw new S3Error('NoSuchKey', { details: { Key: exchange.key } });
  if (condition.ifMatch !== '*' && condition.ifMatch !== current.etag) {
    throw new S3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
  }
};
