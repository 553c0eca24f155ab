import { VERSIONING_CONFIGURATION, writeEmptyDocument } from '@needlestack/s3-protocol';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetBucketVersioning: nothing at all for a bucket that was never versioned. */
export const getBucketVersioning = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { versioning } = await requireBucket(exchange, context);
  const document =
    versioning === 'Off'
      ? writeEmptyDocument(VERSIONING_CONFIGURATION.root)
      : VERSIONING_CONFIGURATION.write({ status: versioning, mfaDelete: undefined });
  sendXml(exchange, context, 200, document);
};
