import { privateAcl } from '@needlestack/access-control';
import { hasAcls } from '../../core/access/bucket-access.ts';
import { aclOfVersion } from '../../core/access/decide-operation.ts';
import { readVersionId } from '../../core/version-id.ts';
import { requireAccess } from '../access/require-bucket.ts';
import { showAcl } from '../access/show-acl.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetObjectAcl: where the bucket's owner owns all objects, he has full control and nobody else has anything. */
export const getObjectAcl = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const access = requireAccess(exchange);
  const version = await findAddressedObject(exchange, context, readVersionId(exchange.query));
  const acl = hasAcls(access) ? aclOfVersion(version) : privateAcl(access.bucket.ownerId);
  const headers = version.versionId === 'null' ? [] : ['x-amz-version-id', version.versionId];
  sendXml(exchange, context, 200, showAcl(acl, context), headers);
};
