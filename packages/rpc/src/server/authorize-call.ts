import { createHash, timingSafeEqual } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import type { Metadata } from '@grpc/grpc-js';
import type { ClientNames } from '../channel-security.ts';
import { RpcError } from '../rpc-error.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Returns the check that throws `unauthenticated` unless a call's metadata carries the token. */
export const createTokenCheck = (authToken: string): ((metadata: Metadata) => void) => {
  const wanted = digest(authToken);
  return (metadata) => {
    const [header] = metadata.get('authorization');
    const match = typeof header === 'string' ? /^bearer (.+)$/i.exec(header) : null;
    if (match === null) throw new RpcError('unauthenticated', 'a bearer token is required');
    if (!timingSafeEqual(digest(match[1] ?? ''), wanted)) throw new RpcError('unauthenticated', 'wrong bearer token');
  };
};

/** The part of a call that says who makes it. */
export interface IdentifiedCall {
  readonly metadata: Metadata;
  getAuthContext(): { readonly sslPeerCertificate?: PeerCertificate } | null;
}

/** The common name of the client's certificate; undefined without one. */
export const certificateNameOf = (call: IdentifiedCall): string | undefined => {
  const name = call.getAuthContext()?.sslPeerCertificate?.subject?.CN;
  return Array.isArray(name) ? name[0] : name;
};

/** Returns the check that throws `permission-denied` unless a call's certificate has one of the names. */
export const createNameCheck = ({ commonNames, domain }: ClientNames): ((call: IdentifiedCall) => void) => {
  const names = new Set(commonNames);
  return (call) => {
    const text = certificateNameOf(call);
    if (text !== undefined && (names.has(text) || (domain !== '' && text.endsWith(domain)))) return;
    throw new RpcError('permission-denied', `certificates of ${text ?? 'no name'} are not let in`);
  };
};
