import { LEGAL_HOLD_DOCUMENT } from '@needlestack/s3-protocol';
import { readVersionId } from '../../core/version-id.ts';
import { requireLockBucket } from '../access/require-lock-bucket.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';
import { noLock } from './get-object-retention.ts';

export const getObjectLegalHold = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { key, query } = exchange;
  const versionId = readVersionId(query);
  await requireLockBucket(exchange, context);
  const { lock } = await findAddressedObject(exchange, context, versionId);
  if (lock?.legalHold === undefined) throw noLock(key, versionId);
  sendXml(exchange, context, 200, LEGAL_HOLD_DOCUMENT.write({ status: lock.legalHold ? 'ON' : 'OFF' }));
};
