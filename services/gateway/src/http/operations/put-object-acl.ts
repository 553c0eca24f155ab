import { encodeAcl } from '@needlestack/access-control';
import { S3Error } from '@needlestack/s3-protocol';
import { hasAcls } from '../../core/access/bucket-access.ts';
import { readVersionId } from '../../core/version-id.ts';
import { readAclRequest } from '../access/read-acl-request.ts';
import { refuseBlockedAcl } from '../access/request-acl.ts';
import { requireAccess } from '../access/require-bucket.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** PutObjectAcl: the object keeps its owner. */
export const putObjectAcl = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key } = exchange;
  const access = requireAccess(exchange);
  const { ownerId, versionId } = await findAddressedObject(exchange, context, readVersionId(exchange.query));
  const acl = await readAclRequest(exchange, { ownerId, bucketOwnerId: access.bucket.ownerId }, context);
  if (!hasAcls(access)) throw new S3Error('AccessControlListNotSupported');
  await refuseBlockedAcl(acl, access, context);
  await context.catalog.updateVersion({
    bucket,
    key,
    versionId,
    change: { kind: 'acl', acl: encodeAcl(acl) },
    event: exchange.eventContext('ObjectAcl:Put'),
  });
  sendEmpty(exchange, context, 200, versionId === 'null' ? [] : ['x-amz-version-id', versionId]);
};
