import { writeOwnerFullControl } from '@needlestack/s3-protocol';
import { readVersionId } from '../../core/version-id.ts';
import { findObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { requireBucket } from '../require-bucket.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetObjectAcl: the bucket's owner owns all objects and has full control. */
export const getObjectAcl = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const bucket = await requireBucket(exchange, context);
  await findObject(context, { bucket: exchange.bucket, key: exchange.key, versionId: readVersionId(exchange.query) });
  sendXml(
    exchange,
    context,
    200,
    writeOwnerFullControl(bucket.ownerId, (id) => context.identities.accountName(id)),
  );
};
