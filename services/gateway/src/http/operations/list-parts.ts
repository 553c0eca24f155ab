import { type PartEntry, writeListParts } from '@needlestack/s3-protocol';
import type { UploadedPart } from '@needlestack/service-contracts';
import { MAX_PARTS_PER_PAGE } from '../../core/limits.ts';
import { MAX_INT32, parseCount, readCount, readEncodingType } from '../../core/list-parameters.ts';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const listParts = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key, query } = exchange;
  const uploadId = query.get('uploadId') ?? '';
  const maxParts = readCount(query, 'max-parts', MAX_PARTS_PER_PAGE);
  const partNumberMarker = parseCount(query.get('part-number-marker'), 'part-number-marker', MAX_INT32, 0);
  const encodingType = readEncodingType(query);
  await requireBucket(exchange, context);
  const page = await context.catalog.listParts({ bucket, key, uploadId, partNumberMarker, maxParts });
  const { upload } = page;
  const document = writeListParts(
    {
      bucket,
      key,
      uploadId,
      ownerId: upload.template.ownerId,
      initiatorId: upload.initiatorId,
      storageClass: upload.template.storageClass ?? 'STANDARD',
      partNumberMarker,
      nextPartNumberMarker: page.nextPartNumberMarker,
      maxParts,
      isTruncated: page.isTruncated,
      encodingType,
      checksumAlgorithm: upload.checksumAlgorithm,
      checksumType: upload.checksumType,
      parts: page.parts.map(describePart),
    },
    context.showOwner,
  );
  sendXml(exchange, context, 200, document);
};

const describePart = ({ partNumber, sizeBytes, etag, lastModifiedMs, checksum }: UploadedPart): PartEntry => ({
  partNumber,
  sizeBytes,
  etag,
  lastModifiedMs,
  ...(checksum === undefined ? undefined : { checksum }),
});
