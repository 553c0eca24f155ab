import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';
import { changeTags } from './put-object-tagging.ts';

export const deleteObjectTagging = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  sendEmpty(exchange, context, 204, await changeTags(exchange, context, {}, 'ObjectTagging:Delete'));
};
