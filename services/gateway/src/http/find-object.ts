import { formatHttpDate, S3Error } from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';
import type { GatewayContext } from './gateway-context.ts';
import type { S3Exchange } from './s3-exchange.ts';

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  /** Of the request that is about the object itself. */
  readonly method?: string;
}

/**
 * The named version, or the current one; without a promise where the catalog answers at once.
 *
 * @throws S3Error `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` (a delete marker by its id); CatalogError `NoSuchBucket`
 */
export const findObject = (context: GatewayContext, name: ObjectName): ObjectVersion | Promise<ObjectVersion> => {
  const found = context.catalog.lookupObject(name.bucket, name.key, name.versionId);
  return found instanceof Promise
    ? found.then((version) => requireObject(version, name, context))
    : requireObject(found, name, context);
};

/** The object that the request addresses: the one that was authorized, where the permission hung on it. @throws S3Error as findObject */
export const findAddressedObject = (
  exchange: S3Exchange,
  context: GatewayContext,
  versionId: string | undefined,
): ObjectVersion | Promise<ObjectVersion> => {
  const { bucket, key, foundObject } = exchange;
  const name = { bucket, key, versionId, method: exchange.method };
  if (foundObject !== undefined && foundObject.versionId === versionId) {
    return requireObject(foundObject.version, name, context);
  }
  return findObject(context, name);
};

const requireObject = (
  version: ObjectVersion | undefined,
  name: ObjectName,
  context: Pick<GatewayContext, 'compatibility'>,
): ObjectVersion => {
  const { key, versionId } = name;
  if (version === undefined) {
    if (versionId === undefined)
      throw new S3Error('NoSuchKey', { details: { Key: key }, headers: absenceHeaders(context) });
    throw new S3Error('NoSuchVersion', { details: { Key: key, VersionId: versionId } });
  }
  if (version.isDeleteMarker) throw deleteMarker(name, version);
  return version;
};

const absenceHeaders = ({ compatibility }: Pick<GatewayContext, 'compatibility'>): readonly string[] =>
  compatibility.has('absent-no-delete-marker') ? ['x-amz-delete-marker', 'false'] : [];

const deleteMarker = ({ key, versionId, method = 'GET' }: ObjectName, version: ObjectVersion): S3Error => {
  const headers = ['x-amz-delete-marker', 'true', 'x-amz-version-id', version.versionId];
  if (versionId === undefined) return new S3Error('NoSuchKey', { details: { Key: key }, headers });
  return new S3Error('MethodNotAllowed', {
    details: { Method: method, ResourceType: 'DeleteMarker' },
    headers: [...headers, 'Allow', 'DELETE', 'Last-Modified', formatHttpDate(version.lastModifiedMs)],
  });
};
