import type { IncomingMessage } from 'node:http';
import {
  decodeInternalIdentity,
  INTERNAL_IDENTITY_HEADER,
  isActionAllowed,
  type Permissions,
} from '@needlestack/access-control';
import type { IcebergPrincipal } from './iceberg-router.ts';

/** A caller whom the gateway has verified. */
export interface InternalPrincipal extends IcebergPrincipal {
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
    const { name, permissions } = identity.principal;
    return { principalId: name, permissions };
  };
}

/** Who may read or write all of a bucket may read or write its tables: what the catalog denies, S3 denies, and the other way. */
export function authorizeByPermissions(
  principal: InternalPrincipal,
  action: 'read' | 'write',
  bucket: string,
): boolean {
  return isActionAllowed(principal.permissions, action === 'read' ? 'Read' : 'Write', bucket, '');
}
