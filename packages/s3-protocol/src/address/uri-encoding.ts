import { S3Error } from '../error/s3-error.ts';

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;
const RESERVED_LEFT_BY_JS = /[!'()*]/g;
const LONE_SURROGATE = /[\ud800-\udfff]/;

const escapeReserved = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** RFC 3986 encoding as SigV4 wants it: everything but A-Z a-z 0-9 - . _ ~ becomes %XX of its UTF-8 bytes. */
export const encodeUriComponent = (text: string): string => {
  if (UNRESERVED.test(text)) return text;
  const wellFormed = LONE_SURROGATE.test(text) ? text.toWellFormed() : text;
  return encodeURIComponent(wellFormed).replace(RESERVED_LEFT_BY_JS, escapeReserved);
};

/** The same with `/` left as it is. */
export const encodeUriPath = (path: string): string =>
  UNRESERVED_PATH.test(path) ? path : path.split('/').map(encodeUriComponent).join('/');

/**
 * Decodes %XX once; `+` stays a plus. Bytes above 0x7f that came unescaped are read as UTF-8.
 *
 * @throws S3Error `InvalidURI` for a broken escape or bytes that are not UTF-8
 */
export const decodeUriComponent = (text: string): string => {
  if (!text.includes('%')) return HIGH_LATIN1.test(text) ? decodeLatin1AsUtf8(text) : text;
  try {
    return decodeURIComponent(HIGH_LATIN1.test(text) ? text.replace(HIGH_LATIN1_ALL, escapeLatin1) : text);
  } catch {
    throw new S3Error('InvalidURI', { details: { URI: text } });
  }
};

const HIGH_LATIN1 = /[\u0080-\u00ff]/;
const HIGH_LATIN1_ALL = /[\u0080-\u00ff]/g;
const escapeLatin1 = (character: string): string => `%${character.charCodeAt(0).toString(16)}`;

const decodeLatin1AsUtf8 = (text: string): string => {
  try {
    return STRICT_UTF8.decode(Buffer.from(text, 'latin1'));
  } catch {
    throw new S3Error('InvalidURI', { details: { URI: text } });
  }
};

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
