import type { DataKeys } from '@needlestack/object-io';
import {
  type ByteRange,
  type ChecksumAlgorithm,
  resolveCopyRange,
  S3Error,
  writeCopyResult,
} from '@needlestack/s3-protocol';
import {
  CatalogError,
  type Chunk,
  type ObjectEncryption,
  type ObjectVersion,
  type SharedChunks,
  type UploadedPart,
} from '@needlestack/service-contracts';
import { type Digests, digestText } from '../../core/check-digests.ts';
import { MAX_SINGLE_OBJECT_BYTES } from '../../core/limits.ts';
import { knownDigests, sharedFrom, wholeChunksIn } from '../../core/share-source.ts';
import { copyBytes, hashBytes } from '../bodies/copy-bytes.ts';
import { discardChunks } from '../bodies/receive-object.ts';
import { chooseEtag, openSource, openUploadKeys, pushEncryption, sealedBy } from '../encryption/object-encryption.ts';
import { type FoundCopySource, findCopySource } from '../find-copy-source.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';
import { isConflict } from './copy-object.ts';
import { requirePartNumber, requireUpload, uploadAlgorithm } from './upload-part.ts';

/**
 * UploadPartCopy. A range of whole chunks is named and not copied; what must be known of it is read from the source where that says
 * it, and from the bytes where not.
 */
export const uploadPartCopy = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const partNumber = requirePartNumber(exchange);
  const upload = await requireUpload(exchange, context);
  const found = await findCopySource(exchange, context);
  const { encryption } = upload.template;
  const dataKeys = await openUploadKeys(exchange, context, encryption);
  const job: PartJob = {
    uploadId: upload.uploadId,
    partNumber,
    algorithm: uploadAlgorithm(upload),
    encryption,
    dataKeys,
  };
  const range = chooseRange(exchange, found.version);
  const chunks = dataKeys === undefined ? wholeChunksIn(found.version, range) : undefined;
  const copied =
    chunks === undefined
      ? await copyNeedles(exchange, context, found.version, job)
      : await shareNeedles(exchange, context, found, { ...job, chunks });
  const { part, checksum, sourceVersionId } = copied;
  const headers = sourceVersionId === 'null' ? [] : ['x-amz-copy-source-version-id', sourceVersionId];
  if (encryption !== undefined) pushEncryption(headers, exchange, encryption);
  const result = { etag: part.etag, lastModifiedMs: part.lastModifiedMs, checksum };
  sendXml(exchange, context, 200, writeCopyResult('CopyPartResult', result), headers);
};

interface PartJob {
  readonly uploadId: string;
  readonly partNumber: number;
  readonly algorithm: ChecksumAlgorithm;
  /** Of the upload. */
  readonly encryption: ObjectEncryption | undefined;
  readonly dataKeys: DataKeys | undefined;
}

interface CopiedPart {
  readonly part: UploadedPart;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  readonly sourceVersionId: string;
}

/** @throws S3Error `InvalidArgument`, `InvalidRange`, `EntityTooLarge` */
const chooseRange = (exchange: S3Exchange, source: ObjectVersion): ByteRange | undefined => {
  const range = resolveCopyRange(exchange.header('x-amz-copy-source-range'), source.sizeBytes);
  const sizeBytes = range?.lengthBytes ?? source.sizeBytes;
  if (sizeBytes <= MAX_SINGLE_OBJECT_BYTES) return range;
  throw new S3Error('EntityTooLarge', {
    details: { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(MAX_SINGLE_OBJECT_BYTES) },
  });
};

const shareNeedles = async (
  exchange: S3Exchange,
  context: GatewayContext,
  { source, version }: FoundCopySource,
  job: PartJob & { readonly chunks: readonly Chunk[] },
): Promise<CopiedPart> => {
  const { algorithm, chunks } = job;
  const range = chooseRange(exchange, version);
  const isWhole = range === undefined || range.lengthBytes === version.sizeBytes;
  const known = isWhole ? knownDigests(version, algorithm) : undefined;
  const digests =
    known ??
    describe(await hashBytes(exchange, context, { source: version, range, algorithms: ['MD5', algorithm] }), algorithm);
  try {
    const shared = sharedFrom(source, version, chunks);
    const part = await putPart(exchange, context, { job, digests, chunks, shared });
    return { part, checksum: { algorithm, value: digests.checksum }, sourceVersionId: version.versionId };
  } catch (error) {
    if (!isConflict(error)) throw error;
    // The source has gone in between: whatever lies there now is copied byte by byte.
    const again = await findCopySource(exchange, context);
    return copyNeedles(exchange, context, again.version, job);
  }
};

const copyNeedles = async (
  exchange: S3Exchange,
  context: GatewayContext,
  source: ObjectVersion,
  job: PartJob,
): Promise<CopiedPart> => {
  const { algorithm } = job;
  const range = chooseRange(exchange, source);
  const stored = await copyBytes(exchange, context, {
    source: await openSource(exchange, context, source),
    range,
    algorithms: ['MD5', algorithm],
    dataKeys: job.dataKeys,
  });
  const plain = describe(stored.digests, algorithm);
  const digests = { ...plain, etag: chooseEtag(plain.etag, sealedBy(job.encryption, job.dataKeys)) };
  try {
    const part = await putPart(exchange, context, { job, digests, chunks: stored.chunks, shared: undefined });
    return { part, checksum: { algorithm, value: digests.checksum }, sourceVersionId: source.versionId };
  } catch (error) {
    if (error instanceof CatalogError) discardChunks(context, stored.chunks);
    throw error;
  }
};

interface PartDigests {
  /** MD5 in hex. */
  readonly etag: string;
  /** Base64. */
  readonly checksum: string;
}

const describe = (digests: Digests, algorithm: ChecksumAlgorithm): PartDigests => ({
  etag: digestText(digests, 'MD5', 'hex'),
  checksum: digestText(digests, algorithm, 'base64'),
});

interface PartToPut {
  readonly job: PartJob;
  readonly digests: PartDigests;
  readonly chunks: readonly Chunk[];
  readonly shared: SharedChunks | undefined;
}

const putPart = (
  { bucket, key }: S3Exchange,
  context: GatewayContext,
  { job, digests, chunks, shared }: PartToPut,
): Promise<UploadedPart> =>
  context.catalog.putPart({
    bucket,
    key,
    uploadId: job.uploadId,
    partNumber: job.partNumber,
    sizeBytes: chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0),
    etag: digests.etag,
    chunks,
    checksum: { algorithm: job.algorithm, value: digests.checksum },
    ...(shared === undefined ? undefined : { shared }),
  });
