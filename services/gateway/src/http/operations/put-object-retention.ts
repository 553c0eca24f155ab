import { RETENTION_DOCUMENT, requireFuture } from '@needlestack/s3-protocol';
import { asksGovernanceBypass } from '../../core/governance-bypass.ts';
import { readVersionId } from '../../core/version-id.ts';
import { requireLockBucket } from '../access/require-lock-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** PutObjectRetention: the catalog decides whether the new retention weakens the present one. */
export const putObjectRetention = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key, query } = exchange;
  const versionId = readVersionId(query);
  const bypassGovernance = asksGovernanceBypass(exchange.headers);
  await requireLockBucket(exchange, context);
  const { mode, retainUntilMs } = RETENTION_DOCUMENT.parse(await readDocument(exchange, { requiresDigest: true }));
  if (retainUntilMs !== undefined) {
    requireFuture(retainUntilMs, new Date(retainUntilMs).toISOString(), context.nowMs());
  }
  await context.catalog.updateVersion({
    bucket,
    key,
    ...(versionId === undefined ? undefined : { versionId }),
    change: {
      kind: 'retention',
      bypassGovernance,
      ...(mode === undefined || retainUntilMs === undefined ? undefined : { retention: { mode, retainUntilMs } }),
    },
    event: exchange.eventContext('ObjectCreated:PutRetention'),
  });
  sendEmpty(exchange, context, 200);
};
