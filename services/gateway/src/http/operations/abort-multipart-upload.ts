import { type ConditionHeader, refuseConditions } from '../../core/unserved-headers.ts';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** For directory buckets, at AWS. */
const UNSERVED_CONDITIONS: readonly ConditionHeader[] = ['x-amz-if-match-initiated-time'];

export const abortMultipartUpload = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  refuseConditions(exchange.headers, UNSERVED_CONDITIONS);
  await requireBucket(exchange, context);
  await context.catalog.abortUpload(exchange.bucket, exchange.key, exchange.query.get('uploadId') ?? '');
  sendEmpty(exchange, context, 204);
};
