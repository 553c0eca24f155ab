import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';
import { isTokenForFile } from './json-token.ts';
import type { NeedlePath } from './needle-path.ts';

/** Who may do what over HTTP. */
export interface HttpAccess {
  /** Signs tokens for writes and deletions. */
  readonly writeKey: string | undefined;
  /** Signs tokens for reads; reads are open without it, since a file id's cookie is a secret of its own. */
  readonly readKey: string | undefined;
  /** Lets its bearer do everything: the servers of one cluster share it. */
  readonly authToken: string | undefined;
  /** Nobody but this machine, or only holders of a client certificate, can connect: without keys they may write. */
  readonly trustsPeers: boolean;
}

/** @throws HttpError 401 */
export function authorizeRead(
  request: IncomingMessage,
  path: NeedlePath,
  query: URLSearchParams,
  access: HttpAccess,
  nowMs: number,
): void {
  if (access.readKey === undefined || holdsToken(request, access)) return;
  requireFileToken(request, path, query, access.readKey, nowMs);
}

/**
 * Fails closed: where anybody can connect and no key or token is set, nothing can be changed.
 * @throws HttpError 401
 */
export function authorizeWrite(
  request: IncomingMessage,
  path: NeedlePath,
  query: URLSearchParams,
  access: HttpAccess,
  nowMs: number,
): void {
  if (holdsToken(request, access)) return;
  if (access.writeKey !== undefined) {
    requireFileToken(request, path, query, access.writeKey, nowMs);
    return;
  }
  if (access.authToken !== undefined || !access.trustsPeers) throw new HttpError(401, 'wrong jwt');
}

/** The caller's token as a header for other servers; undefined when it brought none. */
export function authorizationOf(request: IncomingMessage, query: URLSearchParams): string | undefined {
  const token = tokenOf(request, query);
  return token === undefined ? undefined : `Bearer ${token}`;
}

function tokenOf(request: IncomingMessage, query: URLSearchParams): string | undefined {
  return query.get('jwt') ?? bearerOf(request) ?? cookieOf(request);
}

function requireFileToken(
  request: IncomingMessage,
  path: NeedlePath,
  query: URLSearchParams,
  key: string,
  nowMs: number,
): void {
  const token = tokenOf(request, query);
  const underscore = path.fileText.lastIndexOf('_');
  const fileText = underscore < 0 ? path.fileText : path.fileText.slice(0, underscore);
  if (token !== undefined && isTokenForFile(token, key, `${path.volumeText},${fileText}`, nowMs)) return;
  throw new HttpError(401, 'wrong jwt');
}

function holdsToken(request: IncomingMessage, { authToken }: HttpAccess): boolean {
  if (authToken === undefined) return false;
  const bearer = bearerOf(request);
  return bearer !== undefined && timingSafeEqual(digest(bearer), digest(authToken));
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  return /(?:^|;\s*)AT=([^;]+)/.exec(headers.cookie ?? '')?.[1];
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
