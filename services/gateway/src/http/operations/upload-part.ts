import {
  type ChecksumAlgorithm,
  checksumHeader,
  invalidArgument,
  parseChecksumAlgorithm,
  S3Error,
} from '@needlestack/s3-protocol';
import { CatalogError, type Upload } from '@needlestack/service-contracts';
import { DEFAULT_CHECKSUM } from '../../core/check-digests.ts';
import { readPartNumber } from '../../core/part-number.ts';
import { planBody } from '../../core/plan-body.ts';
import { type ConditionHeader, refuseConditions } from '../../core/unserved-headers.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { discardChunks, receiveObject } from '../bodies/receive-object.ts';
import { chooseEtag, openUploadKeys, pushEncryption, sealedBy } from '../encryption/object-encryption.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const uploadPart = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const partNumber = requirePartNumber(exchange);
  const plan = planBody(exchange, context.compatibility);
  const upload = await requireUpload(exchange, context);
  const algorithm = uploadAlgorithm(upload);
  refuseOtherAlgorithm(algorithm, plan.checksum?.algorithm);
  const { encryption } = upload.template;
  const dataKeys = await openUploadKeys(exchange, context, encryption);
  const received = await receiveObject(exchange, context, plan, algorithm, dataKeys);
  const etag = chooseEtag(received.etag, sealedBy(encryption, dataKeys));
  try {
    await context.catalog.putPart({
      bucket: exchange.bucket,
      key: exchange.key,
      uploadId: upload.uploadId,
      partNumber,
      sizeBytes: received.sizeBytes,
      etag,
      chunks: received.chunks,
      checksum: received.checksum,
    });
  } catch (error) {
    if (error instanceof CatalogError) discardChunks(context, received.chunks);
    throw error;
  }
  const { checksum } = received;
  const headers = ['ETag', `"${etag}"`, checksumHeader(checksum.algorithm), checksum.value];
  if (encryption !== undefined) pushEncryption(headers, exchange, encryption);
  sendEmpty(exchange, context, 200, headers);
};

/** A part replaces what was there under its number, whatever that is. */
const CONDITIONS: readonly ConditionHeader[] = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
];

/** @throws S3Error `InvalidArgument`, `NotImplemented` for a condition */
export const requirePartNumber = (exchange: S3Exchange): number => {
  refuseConditions(exchange.headers, CONDITIONS);
  const partNumber = readPartNumber(exchange.query);
  if (partNumber === undefined) throw invalidArgument('A part number is required.', 'partNumber', '');
  return partNumber;
};

/**
 * The upload that uploadId names, in a bucket that exists.
 *
 * @throws S3Error `NoSuchBucket`, `NoSuchUpload`, `AccessDenied`
 */
export const requireUpload = async (exchange: S3Exchange, context: GatewayContext): Promise<Upload> => {
  const uploadId = exchange.query.get('uploadId') ?? '';
  await requireBucket(exchange, context);
  const upload = await context.catalog.getUpload(exchange.bucket, exchange.key, uploadId);
  if (upload === undefined) throw new S3Error('NoSuchUpload', { details: { UploadId: uploadId } });
  return upload;
};

/** The algorithm that parts of the upload are stored with. */
export const uploadAlgorithm = (upload: Upload): ChecksumAlgorithm =>
  parseChecksumAlgorithm(upload.checksumAlgorithm ?? DEFAULT_CHECKSUM) ?? DEFAULT_CHECKSUM;

/**
 * A part's algorithm must be the upload's (s3.md rule 23). An upload for which none was named is stored with the default one, which
 * is computed beside whatever the client sends.
 */
const refuseOtherAlgorithm = (upload: ChecksumAlgorithm, part: ChecksumAlgorithm | undefined): void => {
  if (part === undefined || part === upload || upload === DEFAULT_CHECKSUM) return;
  throw new S3Error('InvalidRequest', {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${upload.toLowerCase()}, actual checksum Type: ${part.toLowerCase()}`,
  });
};
