import {
  evaluateCopySourceConditions,
  invalidArgument,
  readConditions,
  readSourceCustomerKey,
  S3Error,
} from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';
import { type CopySource, readCopySource } from '../core/copy-source.ts';
import { decideAt } from './access/authorize-exchange.ts';
import { hideMissingObject } from './access/hide-missing-object.ts';
import { noSuchBucket } from './access/require-bucket.ts';
import { findObject } from './find-object.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { S3Exchange } from './s3-exchange.ts';
import { toS3Error } from './to-s3-error.ts';

export interface FoundCopySource {
  readonly source: CopySource;
  readonly version: ObjectVersion;
}

/**
 * The version that x-amz-copy-source names, readable by the caller, its conditions held.
 *
 * @throws S3Error `AccessDenied`, `NoSuchKey`, `NoSuchVersion`, `PreconditionFailed`, `InvalidArgument`, `InvalidRequest` (a delete
 * marker by its id, a customer key for what has none)
 */
export const findCopySource = async (exchange: S3Exchange, context: GatewayContext): Promise<FoundCopySource> => {
  const source = readCopySource(exchange.headers);
  if (source === undefined) throw invalidArgument('Copy Source is missing.', 'x-amz-copy-source', '');
  const version = await findSourceVersion(exchange, context, source);
  const conditions = readConditions(exchange.headers, 'x-amz-copy-source-');
  if (conditions !== undefined) evaluateCopySourceConditions(conditions, version.etag, version.lastModifiedMs);
  // A source may be named without being opened; a key that it has no use for is refused all the same.
  if (version.encryption?.scheme !== 'SSE-C' && readSourceCustomerKey(exchange.headers) !== undefined) {
    throw new S3Error('InvalidRequest', { message: 'The encryption parameters are not applicable to this object.' });
  }
  return { source, version };
};

const findSourceVersion = async (
  exchange: S3Exchange,
  context: GatewayContext,
  source: CopySource,
): Promise<ObjectVersion> => {
  const expectedOwner = exchange.header('x-amz-source-expected-bucket-owner');
  if (expectedOwner !== undefined) await requireOwner(context, source.bucket, expectedOwner);
  try {
    const version = await findObject(context, source);
    await requireReadable(exchange, context, source, version);
    return version;
  } catch (error) {
    const refusal = toS3Error(error);
    if (refusal.code === 'MethodNotAllowed') {
      await requireReadable(exchange, context, source, undefined);
      throw new S3Error('InvalidRequest', {
        message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
      });
    }
    throw await hideMissingObject(exchange, context, refusal, source);
  }
};

/** @throws S3Error `AccessDenied` */
const requireReadable = async (
  exchange: S3Exchange,
  context: GatewayContext,
  { bucket, key, versionId }: CopySource,
  version: ObjectVersion | undefined,
): Promise<void> => {
  const decision = await decideAt(exchange, context, { bucket, key, versionId, version, operation: 'GetObject' });
  if (!decision.isAllowed) throw new S3Error('AccessDenied');
};

const requireOwner = async (context: GatewayContext, bucket: string, expected: string): Promise<void> => {
  const access = await context.access.find(bucket);
  if (access === undefined) throw noSuchBucket(bucket);
  if (access.bucket.ownerId !== expected) throw new S3Error('AccessDenied');
};
