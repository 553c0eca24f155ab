import { bareEtag, invalidArgument, parseHttpDate, S3Error } from '@needlestack/s3-protocol';
import type { DeleteCondition } from '@needlestack/service-contracts';
import { asksGovernanceBypass } from '../../core/governance-bypass.ts';
import { type ConditionHeader, refuseConditions } from '../../core/unserved-headers.ts';
import { readVersionId } from '../../core/version-id.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

const UNSERVED_CONDITIONS: readonly ConditionHeader[] = ['if-none-match', 'if-modified-since', 'if-unmodified-since'];

export const deleteObject = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key } = exchange;
  const versionId = readVersionId(exchange.query);
  refuseConditions(exchange.headers, UNSERVED_CONDITIONS);
  const condition = readDeleteCondition(exchange);
  refuseUnservedCondition(context, condition);
  const bypassGovernance = asksGovernanceBypass(exchange.headers);
  const deleted = await context.catalog.deleteObject({
    bucket,
    key,
    ...(versionId === undefined ? undefined : { versionId }),
    ...(condition === undefined ? undefined : { condition }),
    ...(bypassGovernance ? { bypassGovernance } : undefined),
    event: exchange.eventContext('ObjectRemoved:Delete'),
  });
  const headers: string[] = [];
  if (deleted.isDeleteMarker === true) headers.push('x-amz-delete-marker', 'true');
  const shownId = deleted.versionId ?? versionId;
  if (shownId !== undefined) headers.push('x-amz-version-id', shownId);
  sendEmpty(exchange, context, 204, headers);
};

/**
 * Conditions of size and time are for directory buckets at AWS.
 *
 * @throws S3Error `NotImplemented` where we do as AWS
 */
export const refuseUnservedCondition = (
  { compatibility }: Pick<GatewayContext, 'compatibility'>,
  condition: DeleteCondition | undefined,
): void => {
  if (condition === undefined || compatibility.has('delete-by-size-or-time')) return;
  const header =
    condition.ifMatchSizeBytes !== undefined
      ? 'x-amz-if-match-size'
      : condition.ifMatchLastModifiedMs !== undefined
        ? 'x-amz-if-match-last-modified-time'
        : undefined;
  if (header !== undefined) throw new S3Error('NotImplemented', { details: { Header: header } });
};

/** @throws S3Error `InvalidArgument` */
const readDeleteCondition = (exchange: S3Exchange): DeleteCondition | undefined => {
  const etag = exchange.header('if-match');
  const size = exchange.header('x-amz-if-match-size');
  const modified = exchange.header('x-amz-if-match-last-modified-time');
  if (etag === undefined && size === undefined && modified === undefined) return undefined;
  if (size !== undefined && !/^\d{1,15}$/.test(size)) {
    throw invalidArgument('The size is not a number.', 'x-amz-if-match-size', size);
  }
  const modifiedMs = modified === undefined ? undefined : parseHttpDate(modified);
  if (modified !== undefined && modifiedMs === undefined) {
    throw invalidArgument('The time cannot be read.', 'x-amz-if-match-last-modified-time', modified);
  }
  return {
    ...(etag === undefined ? undefined : { ifMatch: bareEtag(etag) }),
    ...(size === undefined ? undefined : { ifMatchSizeBytes: Number(size) }),
    ...(modifiedMs === undefined ? undefined : { ifMatchLastModifiedMs: modifiedMs }),
  };
};
