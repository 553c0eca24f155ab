import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Returns the check of who may use the port: with a token its bearers; without one everybody when only this machine can
 * reach the port, else nobody.
 */
export const createRequestCheck = (
  authToken: string | undefined,
  isLoopback: boolean,
): ((request: IncomingMessage) => boolean) => {
  if (authToken === undefined) return () => isLoopback;
  const wanted = digest(authToken);
  return ({ headers }) => {
    const match = /^bearer (.+)$/i.exec(headers.authorization ?? '');
    return match !== null && timingSafeEqual(digest(match[1] ?? ''), wanted);
  };
};
