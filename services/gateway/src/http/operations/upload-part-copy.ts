import { resolveCopyRange, S3Error, writeCopyResult } from '@needlestack/s3-protocol';
import { CatalogError } from '@needlestack/service-contracts';
import { digestText } from '../../core/check-digests.ts';
import { MAX_SINGLE_OBJECT_BYTES } from '../../core/limits.ts';
import { copyBytes } from '../copy-bytes.ts';
import { findCopySource } from '../find-copy-source.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { discardChunks } from '../receive-object.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';
import { requirePartNumber, requireUpload, uploadAlgorithm } from './upload-part.ts';

export const uploadPartCopy = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const partNumber = requirePartNumber(exchange);
  const upload = await requireUpload(exchange, context);
  const { version } = await findCopySource(exchange, context);
  const range = resolveCopyRange(exchange.header('x-amz-copy-source-range'), version.sizeBytes);
  const sizeBytes = range?.lengthBytes ?? version.sizeBytes;
  if (sizeBytes > MAX_SINGLE_OBJECT_BYTES) {
    throw new S3Error('EntityTooLarge', {
      details: { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(MAX_SINGLE_OBJECT_BYTES) },
    });
  }
  const algorithm = uploadAlgorithm(upload);
  const stored = await copyBytes(exchange, context, version, range, ['MD5', algorithm]);
  const etag = digestText(stored.digests, 'MD5', 'hex');
  const checksum = { algorithm, value: digestText(stored.digests, algorithm, 'base64') };
  try {
    const part = await context.catalog.putPart({
      bucket: exchange.bucket,
      key: exchange.key,
      uploadId: upload.uploadId,
      partNumber,
      sizeBytes: stored.sizeBytes,
      etag,
      chunks: stored.chunks,
      checksum,
    });
    const result = { etag, lastModifiedMs: part.lastModifiedMs, checksum };
    sendXml(exchange, context, 200, writeCopyResult('CopyPartResult', result));
  } catch (error) {
    if (error instanceof CatalogError) discardChunks(context, stored.chunks);
    throw error;
  }
};
