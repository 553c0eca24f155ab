import {
  encodeNotificationConfiguration,
  type NotificationConfiguration,
  NotificationError,
  parseNotificationDocument,
} from '@needlestack/event-model';
import { readDocument as readContent, S3Error } from '@needlestack/s3-protocol';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const putBucketNotification = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  const body = await readDocument(exchange);
  const targets = new Set((await context.notify?.listTargets())?.map((target) => target.targetId));
  const configuration = parseConfiguration(body, context, targets);
  const stored = configuration.rules.length === 0 ? undefined : encodeNotificationConfiguration(configuration);
  await context.catalog.putBucketConfig(exchange.bucket, 'notification', stored);
  sendEmpty(exchange, context, 200);
};

const parseConfiguration = (
  body: Buffer,
  context: GatewayContext,
  targets: ReadonlySet<string>,
): NotificationConfiguration => {
  try {
    return parseNotificationDocument(readContent(body, 'NotificationConfiguration'), {
      region: context.region,
      hasTarget: (targetId) => targets.has(targetId),
      makeRuleId: context.makeRuleId,
    });
  } catch (error) {
    if (!(error instanceof NotificationError)) throw error;
    const details =
      error.argumentName === '' ? undefined : { ArgumentName: error.argumentName, ArgumentValue: error.argumentValue };
    throw new S3Error(error.code, { message: error.message, ...(details === undefined ? undefined : { details }) });
  }
};
