import { invalidArgument, LOGGING_CONFIGURATION, type LoggingTarget, S3Error } from '@needlestack/s3-protocol';
import { type Bucket, hasBucketConfig } from '@needlestack/service-contracts';
import { type BucketAccess, hasAcls } from '../../core/access/bucket-access.ts';
import { nameLogObject } from '../../core/access-log/log-key.ts';
import { mayDeliverLogs } from '../../core/access-log/log-permission.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { probeKeys } from '../access-log/deliver-access-log.ts';
import { resolveLogGrants } from '../access-log/log-grants.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** PutBucketLogging: without LoggingEnabled the bucket is logged no more. */
export const putBucketLogging = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const bucket = await requireBucket(exchange, context);
  const { enabled } = LOGGING_CONFIGURATION.parse(await readDocument(exchange));
  let stored: Uint8Array | undefined;
  if (enabled !== undefined) {
    await checkTarget(bucket, enabled, context);
    stored = Buffer.from(LOGGING_CONFIGURATION.write({ enabled: asKept(enabled, context) }));
  }
  await context.catalog.putBucketConfig(exchange.bucket, 'logging', stored);
  sendEmpty(exchange, context, 200);
};

/** RGW keeps no grants and says which form of keys it uses. */
const asKept = (target: LoggingTarget, { compatibility }: GatewayContext): LoggingTarget =>
  compatibility.has('rgw-logging')
    ? { ...target, targetGrants: undefined, keyFormat: target.keyFormat ?? { simple: {}, partitioned: undefined } }
    : target;

/**
 * @throws S3Error `InvalidTargetBucketForLogging`, `InvalidArgument` for a target that cannot take logs, `AccessDenied` when it does not
 * let log delivery write
 */
const checkTarget = async (bucket: Bucket, target: LoggingTarget, context: GatewayContext): Promise<void> => {
  const { targetBucket } = target;
  const isRgw = context.compatibility.has('rgw-logging');
  const access = await context.access.find(targetBucket);
  if (access === undefined) {
    throw isRgw
      ? new S3Error('NoSuchKey', { details: { Key: targetBucket } })
      : new S3Error('InvalidTargetBucketForLogging', { details: { TargetBucket: targetBucket } });
  }
  refuseUnfit(bucket, access.bucket, access.requesterPays);
  if (isRgw && hasBucketConfig(access.bucket, 'encryption')) {
    throw unfit('Target bucket must not have default encryption.', targetBucket);
  }
  const isForeign = access.bucket.ownerId !== bucket.ownerId || access.bucket.region !== bucket.region;
  if (isForeign && !isRgw) {
    throw new S3Error('InvalidTargetBucketForLogging', {
      message: 'The owner for the bucket to be logged and the target bucket must be the same.',
      details: { TargetBucket: targetBucket },
    });
  }
  refuseIdleGrants(target, access, context);
  const source = { bucket: bucket.name, accountId: bucket.ownerId, region: bucket.region };
  const nowMs = context.nowMs();
  const key = nameLogObject({ source, target }, { deliveryMs: nowMs, eventMs: nowMs }, '0000000000000000');
  const question = { sourceBucket: bucket.name, sourceAccountId: bucket.ownerId };
  const keys = probeKeys({ target }, key, context);
  if (!keys.some((probe) => mayDeliverLogs(access, { ...question, key: probe }))) throw new S3Error('AccessDenied');
};

const refuseUnfit = (bucket: Bucket, target: Bucket, requesterPays: boolean): void => {
  if (target.name === bucket.name) throw unfit('Target bucket must not be the bucket that is logged.', target.name);
  if (hasBucketConfig(target, 'logging')) throw unfit('Target bucket must not be logged itself.', target.name);
  if (requesterPays) throw unfit('Target bucket must not be requester pays.', target.name);
  if (target.defaultRetention !== undefined) throw unfit('Target bucket must not have default retention.', target.name);
};

const unfit = (message: string, targetBucket: string): S3Error =>
  invalidArgument(message, 'TargetBucket', targetBucket);

/** Where no ACL counts, a grant would be kept and never do anything. @throws S3Error `InvalidArgument` */
const refuseIdleGrants = ({ targetGrants }: LoggingTarget, access: BucketAccess, context: GatewayContext): void => {
  if (targetGrants === undefined || context.compatibility.has('rgw-logging')) return;
  if (!hasAcls(access)) throw unfit('Target grants need a target bucket whose ACLs count.', access.bucket.name);
  resolveLogGrants(targetGrants, context);
};
