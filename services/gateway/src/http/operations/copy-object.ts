import type { NewObjectKeys } from '@needlestack/key-management';
import {
  type ChecksumAlgorithm,
  readLockHeaders,
  readWriteCondition,
  requireChecksumAlgorithm,
  S3Error,
  type WriteCondition,
  writeCopyResult,
} from '@needlestack/s3-protocol';
import {
  CatalogError,
  type CommittedObject,
  type CompletedPart,
  type NewObjectVersion,
  type ObjectChecksum,
  type ObjectLock,
  type ObjectVersion,
  type SharedChunks,
} from '@needlestack/service-contracts';
import { DEFAULT_CHECKSUM, digestText } from '../../core/check-digests.ts';
import { type CopyAttributesPlan, chooseCopyAttributes, planCopyAttributes } from '../../core/copy-attributes.ts';
import { MAX_SINGLE_OBJECT_BYTES } from '../../core/limits.ts';
import { liesInNeedles, sharedFrom } from '../../core/share-source.ts';
import { lockToSet } from '../../core/version-lock.ts';
import { type NewObjectAccess, readNewObjectAccess } from '../access/new-object-access.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { copyBytes, hashBytes } from '../bodies/copy-bytes.ts';
import { discardChunks } from '../bodies/receive-object.ts';
import {
  chooseEtag,
  type KeptKeys,
  keepObjectKeys,
  makeObjectKeys,
  openSource,
  pushEncryption,
} from '../encryption/object-encryption.ts';
import { hasLifecycle, pushExpiration } from '../expiration-header.ts';
import { type FoundCopySource, findCopySource } from '../find-copy-source.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { pushVersionId } from '../object-headers.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';
import { precheckCondition } from './put-object.ts';

/** CopyObject: names the needles of its source where that says all that must be said, and copies them where not. */
export const copyObject = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const attributes = planCopyAttributes(exchange, exchange.query);
  const condition = readWriteCondition(exchange.headers, context.compatibility.has('if-none-match-etag'));
  const wanted = readAskedChecksum(exchange);
  const lockHeaders = readLockHeaders(exchange.headers, exchange.query, context.nowMs());
  const bucketRow = await requireBucket(exchange, context);
  const lock = lockToSet(lockHeaders, bucketRow);
  const found = await findCopySource(exchange, context);
  refuseSelfCopy(exchange, found, attributes);
  if (found.version.sizeBytes > MAX_SINGLE_OBJECT_BYTES) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_SINGLE_OBJECT_BYTES}`,
    });
  }
  if (condition !== undefined) await precheckCondition(exchange, context, condition);
  const access = await readNewObjectAccess(exchange, context);
  const sealed = await makeObjectKeys(exchange, context, bucketRow);
  const job: CopyJob = { attributes, condition, wanted, lock, access, sealed };
  const kept = liesInNeedles(found.version) ? keepObjectKeys(context, found.version, sealed) : undefined;
  const copied =
    kept === undefined
      ? await copyNeedles(exchange, context, found.version, job)
      : await shareNeedles(exchange, context, found, { ...job, kept });
  const headers: string[] = [];
  pushVersionId(headers, copied.committed.versionId, undefined);
  if (copied.sourceVersionId !== 'null') headers.push('x-amz-copy-source-version-id', copied.sourceVersionId);
  if (sealed !== undefined) pushEncryption(headers, exchange, sealed.encryption);
  const { etag, checksum, committed } = copied;
  if (hasLifecycle(exchange)) {
    const { tags } = chooseCopyAttributes(attributes, found.version);
    const { lastModifiedMs } = committed;
    await pushExpiration(headers, exchange, { sizeBytes: found.version.sizeBytes, tags, lastModifiedMs }, context);
  }
  const result = { etag, lastModifiedMs: committed.lastModifiedMs, checksum };
  sendXml(exchange, context, 200, writeCopyResult('CopyObjectResult', result), headers);
};

interface CopyJob {
  readonly attributes: CopyAttributesPlan;
  readonly condition: WriteCondition | undefined;
  readonly wanted: ChecksumAlgorithm | undefined;
  readonly lock: ObjectLock | undefined;
  readonly access: NewObjectAccess;
  /** Keys of the copy; undefined: it lies plain. */
  readonly sealed: NewObjectKeys | undefined;
}

interface SharingJob extends CopyJob {
  /** Keys of a copy that names the needles of its source: the source's. */
  readonly kept: KeptKeys;
}

interface CopiedObject {
  readonly committed: CommittedObject;
  readonly etag: string;
  readonly checksum: ObjectChecksum | undefined;
  readonly sourceVersionId: string;
}

/**
 * The copy is its source in all that is about bytes: ETag and parts too, and the checksum unless another one was asked for. When the
 * source has gone in between, whatever lies there now is copied byte by byte.
 */
const shareNeedles = async (
  exchange: S3Exchange,
  context: GatewayContext,
  { source, version: from }: FoundCopySource,
  { kept, ...job }: SharingJob,
): Promise<CopiedObject> => {
  const { sizeBytes, etag, chunks, parts } = from;
  const shared = sharedFrom(source, from, chunks);
  const checksum = await chooseChecksum(exchange, context, from, job.wanted);
  // Those of the parts are in the algorithm of the whole, or nothing.
  const keptParts = checksum === from.checksum ? parts : parts?.map(withoutChecksum);
  const version = {
    sizeBytes,
    etag,
    chunks,
    checksum,
    ...(keptParts === undefined ? undefined : { parts: keptParts }),
  };
  try {
    const shares = { ...job, sealed: kept.sealed };
    const committed = await commitCopy(exchange, context, { job: shares, source: from, version, shared });
    return { committed, etag, checksum, sourceVersionId: from.versionId };
  } catch (error) {
    if (!isConflict(error)) throw error;
    const again = await findCopySource(exchange, context);
    return copyNeedles(exchange, context, again.version, job);
  }
};

const withoutChecksum = ({ partNumber, sizeBytes }: CompletedPart): CompletedPart => ({ partNumber, sizeBytes });

/** The source's, when it is of the wanted algorithm; else the bytes are read where they lie. */
const chooseChecksum = async (
  exchange: S3Exchange,
  context: GatewayContext,
  from: ObjectVersion,
  wanted: ChecksumAlgorithm | undefined,
): Promise<ObjectChecksum> => {
  const { checksum } = from;
  if (checksum !== undefined && (wanted === undefined || wanted === checksum.algorithm)) return checksum;
  const algorithm = wanted ?? DEFAULT_CHECKSUM;
  const source = await openSource(exchange, context, from);
  const digests = await hashBytes(exchange, context, { source, range: undefined, algorithms: [algorithm] });
  return { algorithm, type: 'FULL_OBJECT', value: digestText(digests, algorithm, 'base64') };
};

/** The bytes are read and stored again. A composite checksum describes parts that the copy has not, so it is computed anew. */
const copyNeedles = async (
  exchange: S3Exchange,
  context: GatewayContext,
  source: ObjectVersion,
  job: CopyJob,
): Promise<CopiedObject> => {
  const algorithm = job.wanted ?? source.checksum?.algorithm ?? DEFAULT_CHECKSUM;
  const stored = await copyBytes(exchange, context, {
    source: await openSource(exchange, context, source),
    range: undefined,
    algorithms: ['MD5', algorithm],
    dataKeys: job.sealed?.dataKeys,
  });
  const etag = chooseEtag(digestText(stored.digests, 'MD5', 'hex'), job.sealed);
  const checksum = { algorithm, type: 'FULL_OBJECT' as const, value: digestText(stored.digests, algorithm, 'base64') };
  const version = { sizeBytes: stored.sizeBytes, etag, chunks: stored.chunks, checksum };
  try {
    const committed = await commitCopy(exchange, context, { job, source, version, shared: undefined });
    return { committed, etag, checksum, sourceVersionId: source.versionId };
  } catch (error) {
    if (error instanceof CatalogError) discardChunks(context, stored.chunks);
    throw error;
  }
};

/** Another writer was faster: at the source or at the destination. */
export const isConflict = (error: unknown): boolean =>
  error instanceof CatalogError && error.code === 'ConditionalRequestConflict';

interface CopyToCommit {
  readonly job: CopyJob;
  readonly source: ObjectVersion;
  readonly version: Pick<NewObjectVersion, 'sizeBytes' | 'etag' | 'chunks' | 'checksum' | 'parts'>;
  readonly shared: SharedChunks | undefined;
}

const commitCopy = (
  exchange: S3Exchange,
  context: GatewayContext,
  { job, source, version, shared }: CopyToCommit,
): Promise<CommittedObject> =>
  context.catalog.commitObject({
    bucket: exchange.bucket,
    key: exchange.key,
    version: {
      ...chooseCopyAttributes(job.attributes, source),
      ...version,
      ...(job.lock === undefined ? undefined : { lock: job.lock }),
      ...(job.sealed === undefined ? undefined : { encryption: job.sealed.encryption }),
      ...job.access,
    },
    ...(shared === undefined ? undefined : { shared }),
    ...(job.condition === undefined ? undefined : { condition: { ...job.condition, heldBefore: true } }),
    event: exchange.eventContext('ObjectCreated:Copy'),
  });

/** Copying an object onto itself must change something (s3.md rule 31). An older version is another object. */
const refuseSelfCopy = (exchange: S3Exchange, { source }: FoundCopySource, attributes: CopyAttributesPlan): void => {
  if (source.bucket !== exchange.bucket || source.key !== exchange.key || source.versionId !== undefined) return;
  const changes = [
    'x-amz-storage-class',
    'x-amz-website-redirect-location',
    'x-amz-checksum-algorithm',
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-customer-algorithm',
  ];
  if (attributes.metadata === 'REPLACE' || changes.some((name) => exchange.header(name) !== undefined)) return;
  throw new S3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
};

/** @throws S3Error `InvalidRequest` */
const readAskedChecksum = (exchange: S3Exchange): ChecksumAlgorithm | undefined => {
  const name = exchange.header('x-amz-checksum-algorithm');
  return name === undefined ? undefined : requireChecksumAlgorithm(name);
};
