import { writeListUploads } from '@needlestack/s3-protocol';
import { MAX_UPLOADS_PER_PAGE } from '../../core/limits.ts';
import { readCount, readEncodingType, readKeyParameter } from '../../core/list-parameters.ts';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const listMultipartUploads = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, query } = exchange;
  const maxUploads = readCount(query, 'max-uploads', MAX_UPLOADS_PER_PAGE);
  const encodingType = readEncodingType(query);
  const request = {
    bucket,
    prefix: readKeyParameter(query, 'prefix'),
    delimiter: query.get('delimiter') ?? '',
    keyMarker: readKeyParameter(query, 'key-marker'),
    // Without a key to stand beside, an upload id marks nothing.
    uploadIdMarker: query.has('key-marker') ? (query.get('upload-id-marker') ?? '') : '',
    maxUploads,
  };
  await requireBucket(exchange, context);
  const page = await context.catalog.listUploads(request);
  const document = writeListUploads(
    {
      ...request,
      nextKeyMarker: page.nextKeyMarker,
      nextUploadIdMarker: page.nextUploadIdMarker,
      isTruncated: page.isTruncated,
      encodingType,
      uploads: page.uploads.map((upload) => ({
        key: upload.key,
        uploadId: upload.uploadId,
        initiatorId: upload.initiatorId,
        ownerId: upload.template.ownerId,
        storageClass: upload.template.storageClass ?? 'STANDARD',
        initiatedAtMs: upload.initiatedAtMs,
        ...(upload.checksumAlgorithm === undefined ? undefined : { checksumAlgorithm: upload.checksumAlgorithm }),
        ...(upload.checksumType === undefined ? undefined : { checksumType: upload.checksumType }),
      })),
      commonPrefixes: page.commonPrefixes,
    },
    context.showOwner,
  );
  sendXml(exchange, context, 200, document);
};
