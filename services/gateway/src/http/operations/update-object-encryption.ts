import { type ObjectEncryptionUpdate, parseObjectEncryption, S3Error } from '@needlestack/s3-protocol';
import { CatalogError, type ObjectVersion } from '@needlestack/service-contracts';
import { REWRAP_ATTEMPTS_MAX } from '../../core/limits.ts';
import { readVersionId } from '../../core/version-id.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { isSignedByVersion2 } from '../access/signature-version.ts';
import { readDocument } from '../bodies/read-document.ts';
import { rewrapObjectKeys } from '../encryption/object-encryption.ts';
import { findAddressedObject, findObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** UpdateObjectEncryption: the object's data key is wrapped anew. Its bytes, ETag and time stay what they are. */
export const updateObjectEncryption = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  if (isSignedByVersion2(exchange)) {
    throw new S3Error('InvalidRequest', {
      message: 'Requests that change the encryption of an object require AWS Signature Version 4.',
    });
  }
  const versionId = readVersionId(exchange.query);
  const bucket = await requireBucket(exchange, context);
  const wanted = parseObjectEncryption(await readDocument(exchange));
  if (wanted.keyAccountId !== bucket.ownerId) {
    throw new S3Error('AccessDenied', { message: 'The KMS key must be owned by the account that owns the bucket.' });
  }
  let version = await findAddressedObject(exchange, context, versionId);
  for (let attempt = 1; !(await rewrap(exchange, context, version, wanted)); attempt += 1) {
    if (attempt === REWRAP_ATTEMPTS_MAX) throw new S3Error('ConditionalRequestConflict');
    version = await findObject(context, { bucket: exchange.bucket, key: exchange.key, versionId });
  }
  sendEmpty(exchange, context, 200);
};

/**
 * False when the version was written or wrapped anew meanwhile.
 *
 * @throws S3Error `InvalidRequest` for an object that cannot be changed, `KMS.NotFoundException`; CatalogError `ObjectLocked`
 */
const rewrap = async (
  exchange: S3Exchange,
  context: GatewayContext,
  { versionId, encryption: former }: ObjectVersion,
  { keyId, usesBucketKey }: ObjectEncryptionUpdate,
): Promise<boolean> => {
  if (former === undefined || former.scheme === 'DSSE-KMS' || former.scheme === 'SSE-C') {
    const kind = former === undefined ? 'not encrypted' : `encrypted with ${former.scheme}`;
    throw new S3Error('InvalidRequest', {
      message: `The object is ${kind}. Only objects encrypted with SSE-S3 or SSE-KMS can be changed.`,
    });
  }
  const { bucket, key } = exchange;
  const bucketKeyOf = usesBucketKey ? bucket : undefined;
  const encryption = await rewrapObjectKeys(context, former, { keyId, bucketKeyOf });
  try {
    await context.catalog.updateVersion({
      bucket,
      key,
      versionId,
      change: { kind: 'encryption', formerEnvelope: former.envelope, encryption },
      event: exchange.eventContext('ObjectEncryption:Update'),
    });
    return true;
  } catch (error) {
    if (error instanceof CatalogError && error.code === 'ConditionalRequestConflict') return false;
    throw error;
  }
};
