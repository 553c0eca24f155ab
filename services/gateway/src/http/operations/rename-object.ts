import {
  bareEtag,
  parseHttpDate,
  type ReadConditions,
  readConditions,
  readWriteCondition,
  S3Error,
} from '@needlestack/s3-protocol';
import type { ReadCondition, RenameObjectRequest } from '@needlestack/service-contracts';
import { readRenameSource } from '../../core/rename-source.ts';
import { decideAt } from '../access/authorize-exchange.ts';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** RenameObject: one transaction of the catalog, no byte moves. */
export const renameObject = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key, headers } = exchange;
  const candidates = readRenameSource(headers, bucket);
  const condition = readDestinationCondition(exchange, context);
  const source = readConditions(headers, 'x-amz-rename-source-');
  await requireBucket(exchange, context);
  const sourceKey = await chooseSource(context, bucket, candidates);
  await requireMovable(exchange, context, sourceKey);
  if (sourceKey === key) {
    throw new S3Error('InvalidRequest', { message: 'The source and the destination of a rename must differ.' });
  }
  await context.catalog.renameObject({
    bucket,
    sourceKey,
    key,
    ...(source === undefined ? undefined : { sourceCondition: toReadCondition(source) }),
    ...(condition === undefined ? undefined : { condition }),
    event: exchange.eventContext('ObjectCreated:Copy'),
  });
  sendEmpty(exchange, context, 200);
};

/** Under its old name the object is read and deleted. @throws S3Error `AccessDenied` */
const requireMovable = async (exchange: S3Exchange, context: GatewayContext, key: string): Promise<void> => {
  const { bucket } = exchange;
  const version = await context.catalog.lookupObject(bucket, key);
  for (const operation of ['GetObject', 'DeleteObject'] as const) {
    const { isAllowed } = await decideAt(exchange, context, { bucket, key, version, operation });
    if (!isAllowed) throw new S3Error('AccessDenied');
  }
};

/** The first of the keys under which there is an object, else the last one. */
const chooseSource = async (
  context: GatewayContext,
  bucket: string,
  candidates: readonly string[],
): Promise<string> => {
  let chosen = '';
  for (const key of candidates) {
    chosen = key;
    if (candidates.length === 1) break;
    const found = await context.catalog.lookupObject(bucket, key);
    if (found !== undefined && !found.isDeleteMarker) break;
  }
  return chosen;
};

/** @throws S3Error `NotImplemented` as every write */
const readDestinationCondition = (exchange: S3Exchange, context: GatewayContext): RenameObjectRequest['condition'] => {
  const write = readWriteCondition(exchange.headers, context.compatibility.has('if-none-match-etag'));
  const { ifModifiedSinceMs, ifUnmodifiedSinceMs } = toReadCondition(readConditions(exchange.headers) ?? NO_CONDITIONS);
  if (write === undefined && ifModifiedSinceMs === undefined && ifUnmodifiedSinceMs === undefined) return undefined;
  return {
    ...write,
    ...(ifModifiedSinceMs === undefined ? undefined : { ifModifiedSinceMs }),
    ...(ifUnmodifiedSinceMs === undefined ? undefined : { ifUnmodifiedSinceMs }),
  };
};

const NO_CONDITIONS: ReadConditions = {
  ifMatch: undefined,
  ifNoneMatch: undefined,
  ifModifiedSince: undefined,
  ifUnmodifiedSince: undefined,
};

/** A date that cannot be read is no condition. */
const toReadCondition = (conditions: ReadConditions): ReadCondition => {
  const { ifMatch, ifNoneMatch } = conditions;
  const modified = parseDate(conditions.ifModifiedSince);
  const unmodified = parseDate(conditions.ifUnmodifiedSince);
  return {
    ...(ifMatch === undefined ? undefined : { ifMatch: bareEtag(ifMatch) }),
    ...(ifNoneMatch === undefined ? undefined : { ifNoneMatch: bareEtag(ifNoneMatch) }),
    ...(modified === undefined ? undefined : { ifModifiedSinceMs: modified }),
    ...(unmodified === undefined ? undefined : { ifUnmodifiedSinceMs: unmodified }),
  };
};

const parseDate = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseHttpDate(text);
