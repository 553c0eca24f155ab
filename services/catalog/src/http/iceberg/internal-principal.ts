import type { IncomingMessage } from 'node:http';
import { decodeInternalIdentity, INTERNAL_IDENTITY_HEADER, type InternalIdentity } from '@needlestack/access-control';
import type { IcebergPrincipal } from './iceberg-router.ts';

/** A caller whom the gateway has verified. */
export interface InternalPrincipal extends IcebergPrincipal {
  readonly identity: InternalIdentity;
}

/** Reads the gateway's statement of who asks; undefined when it is missing, forged or old. */
export function identifyByGateway(
  secret: string,
  now: () => number,
): (request: IncomingMessage) => InternalPrincipal | undefined {
  return (request) => {
    const header = request.headers[INTERNAL_IDENTITY_HEADER];
    const identity = typeof header === 'string' ? decodeInternalIdentity(header, secret, now()) : undefined;
    return identity === undefined ? undefined : { principalId: identity.name, identity };
  };
}

/** Tables are open to identities that may change anything; the gateway's statement says no more of the others yet. */
export function authorizeAdmins(principal: InternalPrincipal): boolean {
  return principal.identity.isAdmin;
}
