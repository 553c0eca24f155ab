import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
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
