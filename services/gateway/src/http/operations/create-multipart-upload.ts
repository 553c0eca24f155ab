import {
  type ChecksumAlgorithm,
  type ChecksumType,
  multipartChecksumType,
  readLockHeaders,
  requireChecksumAlgorithm,
  S3Error,
  writeCreateUpload,
} from '@needlestack/s3-protocol';
import { DEFAULT_CHECKSUM } from '../../core/check-digests.ts';
import { parseChecksumType } from '../../core/checksum-type.ts';
import { readObjectAttributes } from '../../core/object-attributes.ts';
import { lockToSet } from '../../core/version-lock.ts';
import { readNewObjectAccess } from '../access/new-object-access.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { makeObjectKeys, pushEncryption } from '../encryption/object-encryption.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const createMultipartUpload = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key, principal } = exchange;
  const attributes = readObjectAttributes(exchange, exchange.query);
  const asked = readUploadChecksum(exchange);
  const lockHeaders = readLockHeaders(exchange.headers, exchange.query, context.nowMs());
  const bucketRow = await requireBucket(exchange, context);
  const lock = lockToSet(lockHeaders, bucketRow);
  const encryption = (await makeObjectKeys(exchange, context, bucketRow))?.encryption;
  const access = await readNewObjectAccess(exchange, context);
  const upload = await context.catalog.createUpload({
    bucket,
    key,
    template: {
      ...attributes,
      ...(lock === undefined ? undefined : { lock }),
      ...(encryption === undefined ? undefined : { encryption }),
      ...access,
    },
    checksumAlgorithm: asked?.algorithm ?? DEFAULT_CHECKSUM,
    checksumType: asked?.type ?? 'FULL_OBJECT',
    initiatorId: principal.accountId,
  });
  const headers =
    asked === undefined ? [] : ['x-amz-checksum-algorithm', asked.algorithm, 'x-amz-checksum-type', asked.type];
  if (encryption !== undefined) pushEncryption(headers, exchange, encryption);
  sendXml(exchange, context, 200, writeCreateUpload(bucket, key, upload.uploadId), headers);
};

/** @throws S3Error `InvalidRequest` for an unknown algorithm or a type that it does not have (s3.md rule 23) */
const readUploadChecksum = (
  exchange: S3Exchange,
): { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined => {
  const name = exchange.header('x-amz-checksum-algorithm') ?? exchange.query.get('x-amz-checksum-algorithm');
  const typeName = exchange.header('x-amz-checksum-type') ?? exchange.query.get('x-amz-checksum-type');
  if (name === undefined) {
    if (typeName === undefined) return undefined;
    throw new S3Error('InvalidRequest', {
      message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    });
  }
  const algorithm = requireChecksumAlgorithm(name);
  const type = multipartChecksumType(algorithm, parseChecksumType(typeName));
  if (type === undefined) {
    throw new S3Error('InvalidRequest', {
      message: `The ${typeName ?? ''} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    });
  }
  return { algorithm, type };
};
