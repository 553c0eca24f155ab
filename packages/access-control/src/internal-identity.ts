/**
 * Who a request to the table doors comes from, said to the catalog's HTTP port. The header is made from a secret that lives as long
 * as the process (or is configured, when gateway and catalog are two): without it nobody can speak in another's name.
 *
 *   x-needlestack-identity: base64url(JSON) "." hex HMAC-SHA256 of the base64url text
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { NO_PERMISSIONS, type Principal, type ScopedAction, type StaticAction } from './principal.ts';

export const INTERNAL_IDENTITY_HEADER = 'x-needlestack-identity';
/** A header older than this is not believed. */
export const INTERNAL_IDENTITY_MAX_AGE_MS = 60_000;

export interface InternalIdentity {
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly requestId: string;
  readonly issuedAtMs: number;
}

/** The identity as JSON can carry it. */
interface WireIdentity extends Omit<InternalIdentity, 'principal'> {
  readonly principal: Omit<Principal, 'permissions' | 'policies'> & {
    readonly everywhere: readonly StaticAction[];
    readonly scoped: readonly ScopedAction[];
  };
}

const sign = (text: string, secret: string): string => createHmac('sha256', secret).update(text).digest('hex');

export const encodeInternalIdentity = (identity: InternalIdentity, secret: string): string => {
  const { permissions: own, policies, ...caller } = identity.principal;
  // Documents do not travel: a caller that they could cut is told of with nothing that it may do.
  const permissions = policies === undefined ? own : NO_PERMISSIONS;
  const principal = policies === undefined ? caller : { ...caller, kind: 'user' as const };
  const wire: WireIdentity = {
    ...identity,
    principal: { ...principal, everywhere: [...permissions.everywhere], scoped: permissions.scoped },
  };
  const text = Buffer.from(JSON.stringify(wire)).toString('base64url');
  return `${text}.${sign(text, secret)}`;
};

/** Undefined when the header is missing, forged or too old. */
export const decodeInternalIdentity = (
  header: string | undefined,
  secret: string,
  nowMs: number,
): InternalIdentity | undefined => {
  const dot = header?.lastIndexOf('.') ?? -1;
  if (header === undefined || dot < 0) return undefined;
  const text = header.slice(0, dot);
  const given = Buffer.from(header.slice(dot + 1));
  const expected = Buffer.from(sign(text, secret));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // Its maker is proven: the text is what encodeInternalIdentity wrote.
  const wire = JSON.parse(Buffer.from(text, 'base64url').toString()) as WireIdentity;
  if (Math.abs(nowMs - wire.issuedAtMs) > INTERNAL_IDENTITY_MAX_AGE_MS) return undefined;
  const { everywhere, scoped, ...principal } = wire.principal;
  return { ...wire, principal: { ...principal, permissions: { everywhere: new Set(everywhere), scoped } } };
};
