import { wrapDocument } from '@needlestack/s3-protocol';
import { readVersionId } from '../../core/version-id.ts';
import { findObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { requireBucket } from '../require-bucket.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetObjectTagging: no object can have tags yet, and S3 answers that with an empty set. */
export const getObjectTagging = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  await findObject(context, { bucket: exchange.bucket, key: exchange.key, versionId: readVersionId(exchange.query) });
  sendXml(exchange, context, 200, wrapDocument('Tagging', '<TagSet></TagSet>'));
};
