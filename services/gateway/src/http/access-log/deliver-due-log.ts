import { S3Error } from '@needlestack/s3-protocol';
import { nameLogObject } from '../../core/access-log/log-key.ts';
import { mayDeliverLogs } from '../../core/access-log/log-permission.ts';
import { ACCESS_LOG_RGW_ROLL_MS } from '../../core/limits.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { probeKeys } from './deliver-access-log.ts';

/**
 * RGW's way of rolling: the first request that finds its bucket's log old enough delivers it before anything else, and is refused when
 * the target does not take lines of that bucket any more. To clients of AWS a log is nothing that a request waits for or fails by.
 *
 * @throws S3Error `AccessDenied`
 */
export const deliverDueLog = async ({ log }: S3Exchange, context: GatewayContext): Promise<void> => {
  if (log === undefined || !context.compatibility.has('rgw-logging')) return;
  const { destination } = log;
  const nowMs = context.nowMs();
  if (!context.accessLogs.isOlderThan(destination, ACCESS_LOG_RGW_ROLL_MS, nowMs)) return;
  const { source, target } = destination;
  const access = await context.access.find(target.targetBucket);
  const key = nameLogObject(destination, { deliveryMs: nowMs, eventMs: nowMs }, '0000000000000000');
  const question = { sourceBucket: source.bucket, sourceAccountId: source.accountId };
  const isTaken =
    access !== undefined &&
    probeKeys(destination, key, context).some((probe) => mayDeliverLogs(access, { ...question, key: probe }));
  if (!isTaken) {
    throw new S3Error('AccessDenied', {
      message: `Logging bucket ${target.targetBucket} does not take the log of ${source.bucket}`,
    });
  }
  await context.accessLogs.roll(destination, nowMs);
};
