import { S3Error, VERSIONING_CONFIGURATION } from '@needlestack/s3-protocol';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** PutBucketVersioning. Whoever asks for MFA delete must not believe that it protects anything. */
export const putBucketVersioning = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  const { status, mfaDelete } = VERSIONING_CONFIGURATION.parse(await readDocument(exchange));
  if (mfaDelete === 'Enabled') {
    throw new S3Error('NotImplemented', {
      message: 'MFA delete is not implemented.',
      details: { Header: 'MfaDelete' },
    });
  }
  if (status !== undefined) await context.catalog.putBucketVersioning(exchange.bucket, status);
  sendEmpty(exchange, context, 200);
};
