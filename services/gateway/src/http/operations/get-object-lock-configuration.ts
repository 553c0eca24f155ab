import { OBJECT_LOCK_CONFIGURATION, S3Error } from '@needlestack/s3-protocol';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const getObjectLockConfiguration = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { objectLockEnabled, defaultRetention } = await requireBucket(exchange, context);
  if (!objectLockEnabled) {
    throw new S3Error('ObjectLockConfigurationNotFoundError', { details: { BucketName: exchange.bucket } });
  }
  const rule =
    defaultRetention === undefined
      ? undefined
      : { defaultRetention: { days: undefined, years: undefined, ...defaultRetention } };
  sendXml(exchange, context, 200, OBJECT_LOCK_CONFIGURATION.write({ state: 'Enabled', rule }));
};
