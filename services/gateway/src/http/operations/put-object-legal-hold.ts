import { LEGAL_HOLD_DOCUMENT } from '@needlestack/s3-protocol';
import { readVersionId } from '../../core/version-id.ts';
import { requireLockBucket } from '../access/require-lock-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const putObjectLegalHold = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key, query } = exchange;
  const versionId = readVersionId(query);
  await requireLockBucket(exchange, context);
  const { status } = LEGAL_HOLD_DOCUMENT.parse(await readDocument(exchange, { requiresDigest: true }));
  await context.catalog.updateVersion({
    bucket,
    key,
    ...(versionId === undefined ? undefined : { versionId }),
    change: { kind: 'legal-hold', isOn: status === 'ON' },
    event: exchange.eventContext('ObjectCreated:PutLegalHold'),
  });
  sendEmpty(exchange, context, 200);
};
