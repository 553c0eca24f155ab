/**
 * Who a request to the table doors comes from, said to the catalog's HTTP port. The header is made from a secret that lives as long
 * as the process (or is configured, when gateway and catalog are two): without it nobody can speak in another's name.
 *
 *   x-needlestack-identity: base64url(JSON) "." hex HMAC-SHA256 of the base64url text
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const INTERNAL_IDENTITY_HEADER = 'x-needlestack-identity';
/** The catalog refuses a header older than this. */
export const INTERNAL_IDENTITY_MAX_AGE_MS = 60_000;

export interface InternalIdentity {
  readonly name: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  /** May change anything. */
  readonly isAdmin: boolean;
  readonly requestId: string;
  readonly issuedAtMs: number;
}

const sign = (text: string, secret: string): string => createHmac('sha256', secret).update(text).digest('hex');

export const encodeInternalIdentity = (identity: InternalIdentity, secret: string): string => {
  const text = Buffer.from(JSON.stringify(identity)).toString('base64url');
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
  const identity = JSON.parse(Buffer.from(text, 'base64url').toString()) as InternalIdentity;
  return Math.abs(nowMs - identity.issuedAtMs) <= INTERNAL_IDENTITY_MAX_AGE_MS ? identity : undefined;
};
