import { MAX_OBJECT_TAGS, parseTagging } from '@needlestack/s3-protocol';
import { readVersionId } from '../../core/version-id.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { pushVersionId } from '../object-headers.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const putObjectTagging = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  const tags = parseTagging(await readDocument(exchange), MAX_OBJECT_TAGS);
  sendEmpty(exchange, context, 200, await changeTags(exchange, context, tags, 'ObjectTagging:Put'));
};

/** Sets the tags of the addressed version; the headers of the answer. */
export const changeTags = async (
  exchange: S3Exchange,
  context: GatewayContext,
  tags: Readonly<Record<string, string>>,
  eventName: string,
): Promise<readonly string[]> => {
  const { bucket, key, query } = exchange;
  const versionId = readVersionId(query);
  const changed = await context.catalog.updateVersion({
    bucket,
    key,
    ...(versionId === undefined ? undefined : { versionId }),
    change: { kind: 'tags', tags },
    event: exchange.eventContext(eventName),
  });
  const headers: string[] = [];
  pushVersionId(headers, changed.versionId, versionId);
  return headers;
};
