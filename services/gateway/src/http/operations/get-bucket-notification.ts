import { decodeNotificationConfiguration, renderNotificationDocument } from '@needlestack/event-model';
import { writeDocument } from '@needlestack/s3-protocol';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const getBucketNotification = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  const stored = await context.catalog.getBucketConfig(exchange.bucket, 'notification');
  const configuration = stored === undefined ? { rules: [] } : decodeNotificationConfiguration(stored);
  sendXml(
    exchange,
    context,
    200,
    writeDocument('NotificationConfiguration', renderNotificationDocument(configuration)),
  );
};
