import { RETENTION_DOCUMENT, S3Error } from '@needlestack/s3-protocol';
import { readVersionId } from '../../core/version-id.ts';
import { requireLockBucket } from '../access/require-lock-bucket.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const getObjectRetention = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { key, query } = exchange;
  const versionId = readVersionId(query);
  await requireLockBucket(exchange, context);
  const { lock } = await findAddressedObject(exchange, context, versionId);
  if (lock?.mode === undefined) throw noLock(key, versionId);
  const { mode, retainUntilMs } = lock;
  sendXml(exchange, context, 200, RETENTION_DOCUMENT.write({ mode, retainUntilMs }));
};

/** The version was never put under this kind of lock. */
export const noLock = (key: string, versionId: string | undefined): S3Error =>
  new S3Error('NoSuchObjectLockConfiguration', {
    details: { Key: key, ...(versionId === undefined ? undefined : { VersionId: versionId }) },
  });
