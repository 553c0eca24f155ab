import { isActionAllowed } from '@needlestack/access-control';
import {
  type ChecksumAlgorithm,
  evaluateCopySourceConditions,
  invalidArgument,
  parseChecksumAlgorithm,
  readConditions,
  readWriteCondition,
  S3Error,
  writeCopyResult,
} from '@needlestack/s3-protocol';
import { CatalogError, type NewObjectVersion, type ObjectVersion } from '@needlestack/service-contracts';
import { DEFAULT_CHECKSUM, digestText } from '../../core/check-digests.ts';
import { type CopySource, readCopySource } from '../../core/copy-source.ts';
import { MAX_SINGLE_OBJECT_BYTES } from '../../core/limits.ts';
import { readMetadataDirective, readObjectAttributes, refuseUnservedHeaders } from '../../core/object-attributes.ts';
import { copyBytes } from '../copy-bytes.ts';
import { findObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { discardChunks } from '../receive-object.ts';
import { requireBucket } from '../require-bucket.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';
import { precheckCondition } from './put-object.ts';

export const copyObject = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key } = exchange;
  const directive = readMetadataDirective(exchange.headers);
  const condition = readWriteCondition(exchange.headers);
  const askedChecksum = readAskedChecksum(exchange);
  await requireBucket(exchange, context);
  const { source, version } = await findCopySource(exchange, context);
  refuseSelfCopy(exchange, source, directive);
  if (version.sizeBytes > MAX_SINGLE_OBJECT_BYTES) {
    throw new S3Error('InvalidRequest', {
      message: 'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    });
  }
  if (condition !== undefined) await precheckCondition(exchange, context, condition);
  const attributes = chooseAttributes(exchange, version, directive);
  const algorithm = askedChecksum ?? keptAlgorithm(version) ?? DEFAULT_CHECKSUM;
  const stored = await copyBytes(exchange, context, version, undefined, ['MD5', algorithm]);
  const etag = digestText(stored.digests, 'MD5', 'hex');
  const checksum = { algorithm, type: 'FULL_OBJECT' as const, value: digestText(stored.digests, algorithm, 'base64') };
  try {
    const committed = await context.catalog.commitObject({
      bucket,
      key,
      version: {
        ...attributes,
        sizeBytes: stored.sizeBytes,
        etag,
        chunks: stored.chunks,
        checksum,
        ownerId: exchange.principal.accountId,
      },
      ...(condition === undefined ? undefined : { condition }),
      event: exchange.eventContext('ObjectCreated:Copy'),
    });
    const headers: string[] = [];
    if (version.versionId !== 'null') headers.push('x-amz-copy-source-version-id', version.versionId);
    if (committed.versionId !== 'null') headers.push('x-amz-version-id', committed.versionId);
    const result = { etag, lastModifiedMs: committed.lastModifiedMs, checksum };
    sendXml(exchange, context, 200, writeCopyResult('CopyObjectResult', result), headers);
  } catch (error) {
    if (error instanceof CatalogError) discardChunks(context, stored.chunks);
    throw error;
  }
};

/**
 * The version that x-amz-copy-source names, readable by the caller, its conditions held.
 *
 * @throws S3Error `AccessDenied`, `NoSuchKey`, `NoSuchVersion`, `PreconditionFailed`, `InvalidArgument`
 */
export const findCopySource = async (
  exchange: S3Exchange,
  context: GatewayContext,
): Promise<{ readonly source: CopySource; readonly version: ObjectVersion }> => {
  const source = readCopySource(exchange.headers);
  if (source === undefined) throw invalidArgument('Copy Source is missing.', 'x-amz-copy-source', '');
  if (!isActionAllowed(exchange.principal.permissions, 'Read', source.bucket, source.key))
    throw new S3Error('AccessDenied');
  const version = await findObject(context, source);
  const conditions = readConditions(exchange.headers, 'x-amz-copy-source-');
  if (conditions !== undefined) evaluateCopySourceConditions(conditions, version.etag, version.lastModifiedMs);
  return { source, version };
};

/** Copying an object onto itself must change something (s3.md rule 31). */
const refuseSelfCopy = (exchange: S3Exchange, source: CopySource, directive: 'COPY' | 'REPLACE'): void => {
  if (source.bucket !== exchange.bucket || source.key !== exchange.key || source.versionId !== undefined) return;
  const changes = ['x-amz-storage-class', 'x-amz-website-redirect-location', 'x-amz-checksum-algorithm'];
  if (directive === 'REPLACE' || changes.some((name) => exchange.header(name) !== undefined)) return;
  throw new S3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
};

type Attributes = Pick<NewObjectVersion, 'systemHeaders' | 'userMetadata' | 'storageClass'>;

const chooseAttributes = (exchange: S3Exchange, source: ObjectVersion, directive: 'COPY' | 'REPLACE'): Attributes => {
  if (directive === 'REPLACE') return readObjectAttributes(exchange, exchange.query);
  refuseUnservedHeaders(exchange.headers, exchange.query);
  const { storageClass } = readObjectAttributes(exchange, exchange.query);
  // Where the redirect points is never copied: it belongs to the place, not to the bytes.
  const { 'x-amz-website-redirect-location': _left, ...systemHeaders } = source.systemHeaders;
  const redirect = exchange.header('x-amz-website-redirect-location');
  return {
    systemHeaders:
      redirect === undefined ? systemHeaders : { ...systemHeaders, 'x-amz-website-redirect-location': redirect },
    userMetadata: source.userMetadata,
    storageClass,
  };
};

const readAskedChecksum = (exchange: S3Exchange): ChecksumAlgorithm | undefined => {
  const name = exchange.header('x-amz-checksum-algorithm');
  if (name === undefined) return undefined;
  const algorithm = parseChecksumAlgorithm(name);
  if (algorithm === undefined)
    throw new S3Error('InvalidRequest', { message: 'Checksum algorithm provided is unsupported.' });
  return algorithm;
};

/** A copy keeps its source's algorithm; the value is computed anew, for a composite one describes parts that the copy has not. */
const keptAlgorithm = (source: ObjectVersion): ChecksumAlgorithm | undefined =>
  source.checksum === undefined ? undefined : parseChecksumAlgorithm(source.checksum.algorithm);
