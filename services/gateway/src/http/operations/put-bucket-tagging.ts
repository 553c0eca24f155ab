import { MAX_BUCKET_TAGS, parseTagging, writeTagging } from '@needlestack/s3-protocol';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** Replaces all tags of the bucket; an empty set takes them off. */
export const putBucketTagging = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  const tags = parseTagging(await readDocument(exchange), MAX_BUCKET_TAGS);
  const value = Object.keys(tags).length === 0 ? undefined : Buffer.from(writeTagging(tags));
  await context.catalog.putBucketConfig(exchange.bucket, 'tagging', value);
  sendEmpty(exchange, context, 204);
};
