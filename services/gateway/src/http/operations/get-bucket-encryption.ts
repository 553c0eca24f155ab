import { ENCRYPTION_CONFIGURATION, S3Error } from '@needlestack/s3-protocol';
import { requireBucket } from '../access/require-bucket.ts';
import { findConfiguration } from '../configurations/configuration-operations.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** What a bucket without a rule of its own has in a store that encrypts all. */
const BY_DEFAULT = ENCRYPTION_CONFIGURATION.write({
  rules: [
    { byDefault: { algorithm: 'AES256', kmsKeyId: undefined }, isBucketKeyEnabled: false, blockedTypes: undefined },
  ],
});

export const getBucketEncryption = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const stored = await findConfiguration(await requireBucket(exchange, context), 'encryption', context);
  const shown = stored ?? (context.encryption.defaults.encryptsAll ? BY_DEFAULT : undefined);
  if (shown === undefined) {
    throw new S3Error('ServerSideEncryptionConfigurationNotFoundError', { details: { BucketName: exchange.bucket } });
  }
  sendXml(exchange, context, 200, shown);
};
