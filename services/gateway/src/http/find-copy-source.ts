import { isActionAllowed } from '@needlestack/access-control';
import { evaluateCopySourceConditions, invalidArgument, readConditions, S3Error } from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';
import { type CopySource, readCopySource } from '../core/copy-source.ts';
import { findObject } from './find-object.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { S3Exchange } from './s3-exchange.ts';

export interface FoundCopySource {
  readonly source: CopySource;
  readonly version: ObjectVersion;
}

/**
 * The version that x-amz-copy-source names, readable by the caller, its conditions held.
 *
 * @throws S3Error `AccessDenied`, `NoSuchKey`, `NoSuchVersion`, `PreconditionFailed`, `InvalidArgument`, `InvalidRequest` (a delete
 * marker by its id)
 */
export const findCopySource = async (exchange: S3Exchange, context: GatewayContext): Promise<FoundCopySource> => {
  const source = readCopySource(exchange.headers);
  if (source === undefined) throw invalidArgument('Copy Source is missing.', 'x-amz-copy-source', '');
  if (!isActionAllowed(exchange.principal.permissions, 'Read', source.bucket, source.key))
    throw new S3Error('AccessDenied');
  const version = await findSourceVersion(context, source);
  const conditions = readConditions(exchange.headers, 'x-amz-copy-source-');
  if (conditions !== undefined) evaluateCopySourceConditions(conditions, version.etag, version.lastModifiedMs);
  return { source, version };
};

const findSourceVersion = async (context: GatewayContext, source: CopySource): Promise<ObjectVersion> => {
  try {
    return await findObject(context, source);
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'MethodNotAllowed') throw error;
    throw new S3Error('InvalidRequest', {
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    });
  }
};
