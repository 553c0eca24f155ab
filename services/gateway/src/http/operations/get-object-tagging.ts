import { writeTagging } from '@needlestack/s3-protocol';
import { readVersionId } from '../../core/version-id.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { pushVersionId } from '../object-headers.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetObjectTagging: an object without tags has an empty set. */
export const getObjectTagging = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { query } = exchange;
  const versionId = readVersionId(query);
  const version = await findAddressedObject(exchange, context, versionId);
  const headers: string[] = [];
  pushVersionId(headers, version.versionId, versionId);
  sendXml(exchange, context, 200, writeTagging(version.tags ?? {}), headers);
};
