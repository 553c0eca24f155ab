import { ACCESS_LOG_RGW_ROLL_MS } from '../../core/limits.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';

/**
 * RGW's way of rolling: the first request that finds its bucket's log old enough delivers it before anything else. To clients of AWS a log
 * is nothing that a request waits for.
 */
export const deliverDueLog = async ({ log }: S3Exchange, context: GatewayContext): Promise<void> => {
  if (log === undefined || !context.compatibility.has('rgw-logging')) return;
  const nowMs = context.nowMs();
  if (!context.accessLogs.isOlderThan(log.destination, ACCESS_LOG_RGW_ROLL_MS, nowMs)) return;
  await context.accessLogs.roll(log.destination, nowMs);
};
