import type { IncomingMessage } from 'node:http';
import {
  decodeInternalIdentity,
  INTERNAL_IDENTITY_HEADER,
  isActionAllowed,
  NO_PERMISSIONS,
  type Permissions,
  type Principal,
} from '@needlestack/access-control';
import type { IcebergPrincipal } from './iceberg-router.ts';

/** A caller whom the gateway has verified. */
export interface InternalPrincipal extends IcebergPrincipal {
  readonly kind: Principal['kind'];
  readonly accountId: string;
  readonly permissions: Permissions;
}

/** Reads the gateway's statement of who asks; undefined when it is missing, forged or old. */
export function identifyByGateway(
  secret: string,
  now: () => number,
): (request: IncomingMessage) => InternalPrincipal | undefined {
  return (request) => {
    const header = request.headers[INTERNAL_IDENTITY_HEADER];
    const identity = typeof header === 'string' ? decodeInternalIdentity(header, secret, now()) : undefined;
    if (identity === undefined) return undefined;
    const { name, kind, accountId, permissions } = identity.principal;
    return { principalId: name, kind, accountId, permissions };
  };
}

/** Finds the owner of a bucket. */
export type BucketOwners = (bucket: string) => Promise<string | undefined>;

/**
 * Who may read or write all of a bucket may read or write its tables: what the catalog denies, S3 denies, and the other way. Grants
 * without a bucket count in the buckets of the caller's own account alone.
 */
export function authorizeByPermissions(
  ownerOf: BucketOwners,
): (principal: InternalPrincipal, action: 'read' | 'write', bucket: string) => Promise<boolean> {
  return async ({ kind, accountId, permissions }, action, bucket) => {
    const isOwn = kind === 'root' || (await ownerOf(bucket)) === accountId;
    const counting = isOwn ? permissions : { ...NO_PERMISSIONS, scoped: permissions.scoped };
    return isActionAllowed(counting, action === 'read' ? 'Read' : 'Write', bucket, '');
  };
}
