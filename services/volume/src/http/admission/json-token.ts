import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed file token claims. */
interface FileClaims {
  readonly fid: string;
  /** Unix seconds; undefined for no expiry. */
  readonly expiresAtSeconds: number | undefined;
  /** Unix seconds; undefined when it was valid from the start. */
  readonly validFromSeconds: number | undefined;
}

const SUPPORTED_ALGORITHM = 'HS256';

/**
 * Whether a JWT (HS256) is valid now and was made for this file id, `vid,fid` without `_N`. Never throws: a token is input.
 */
export function isTokenForFile(token: string, key: string, fileId: string, nowMs: number): boolean {
  const [header, payload, signature, ...rest] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) return false;
  const computed = createHmac('sha256', key).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== computed.length || !timingSafeEqual(given, computed)) return false;
  if (readJson(header)?.alg !== SUPPORTED_ALGORITHM) return false;
  const claims = readClaims(payload);
  if (claims === undefined || claims.fid !== fileId) return false;
  const { expiresAtSeconds = Number.POSITIVE_INFINITY, validFromSeconds = 0 } = claims;
  return nowMs < expiresAtSeconds * 1000 && nowMs >= validFromSeconds * 1000;
}

/** A token for one file, as the master and our own tests make it. */
export function signFileToken(key: string, fileId: string, expiresAtSeconds: number): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: SUPPORTED_ALGORITHM, typ: 'JWT' })}.${encode({ fid: fileId, exp: expiresAtSeconds })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function readClaims(payload: string): FileClaims | undefined {
  const claims = readJson(payload);
  if (typeof claims?.fid !== 'string') return undefined;
  const { fid, exp, nbf } = claims;
  if (!isTime(exp) || !isTime(nbf)) return undefined;
  return { fid, expiresAtSeconds: exp, validFromSeconds: nbf };
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number';
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
