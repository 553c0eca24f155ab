import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http-error.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { isTokenForFile, signFileToken } from './json-token.ts';

/** Who may do what over HTTP. */
export interface HttpAccess {
  /** Signs tokens for writes and deletions. */
  readonly writeKey: string | undefined;
  /** Signs tokens for reads; reads are open without it, since a file id's cookie is a secret of its own. */
  readonly readKey: string | undefined;
  /** Whether a client of this address may write and delete. */
  readonly allowsChangesFrom: (address: string) => boolean;
  /** Show the status page although a write key is set. */
  readonly showsUi: boolean;
  /** Lets its bearer do everything: the servers of one cluster share it. */
  readonly authToken: string | undefined;
  /** Nobody but this machine, or only holders of a client certificate, can connect: without keys they may write. */
  readonly trustsPeers: boolean;
}

/** @throws HttpError 401 */
export function authorizeRead(exchange: NeedleExchange, access: HttpAccess, nowMs: number): void {
  if (access.readKey === undefined || holdsToken(exchange.request, access)) return;
  requireFileToken(exchange, access.readKey, nowMs);
}

/**
 * Fails closed: where anybody can connect and no key or token is set, nothing can be changed.
 * @throws HttpError 401
 */
export function authorizeWrite(exchange: NeedleExchange, access: HttpAccess, nowMs: number): void {
  if (holdsToken(exchange.request, access)) return;
  if (access.writeKey !== undefined) {
    requireFileToken(exchange, access.writeKey, nowMs);
    return;
  }
  if (access.authToken !== undefined || !access.trustsPeers) throw new HttpError(401, 'wrong jwt');
}

/** The caller's token as a header for other servers; undefined when it brought none. */
export function authorizationOf(exchange: NeedleExchange): string | undefined {
  const token = tokenOf(exchange);
  return token === undefined ? undefined : `Bearer ${token}`;
}

const OWN_TOKEN_SECONDS = 60;

/** Proves to the other servers of the cluster that this one may touch the file; undefined when they ask for no proof. */
export function ownAuthorization(
  access: HttpAccess,
  kind: 'read' | 'write',
  fileId: string,
  nowMs: number,
): string | undefined {
  if (access.authToken !== undefined) return `Bearer ${access.authToken}`;
  const key = kind === 'read' ? access.readKey : access.writeKey;
  return key === undefined
    ? undefined
    : `Bearer ${signFileToken(key, fileId, Math.floor(nowMs / 1000) + OWN_TOKEN_SECONDS)}`;
}

function tokenOf(exchange: NeedleExchange): string | undefined {
  return exchange.parameter('jwt') ?? bearerOf(exchange.request) ?? cookieOf(exchange.request);
}

function requireFileToken(exchange: NeedleExchange, key: string, nowMs: number): void {
  const { volumeText, fileText } = exchange.path;
  const token = tokenOf(exchange);
  const underscore = fileText.lastIndexOf('_');
  const file = underscore > 0 ? fileText.slice(0, underscore) : fileText;
  if (token !== undefined && isTokenForFile(token, key, `${volumeText},${file}`, nowMs)) return;
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
