/** The canonical request of Signature Version 4, as S3 defines it (path encoded once, never normalised). */
import { decodeUriComponent, encodeUriComponent } from '../address/uri-encoding.ts';
import { MAX_CACHED_SIGNING_KEYS } from '../limits.ts';
import { rememberByText } from './remember-by-text.ts';
import { joinRepeatedHeader, type RequestHeaders, type SignableRequest } from './signable-request.ts';

const CANONICAL_PATH = /^[A-Za-z0-9\-._~/]*$/;
const CANONICAL_TOKEN = /^[A-Za-z0-9\-._~]*$/;

/**
 * The path with each segment decoded once and encoded once; so whatever the client left unescaped, both sides agree.
 *
 * @throws S3Error `InvalidURI`
 */
export const canonicalizePath = (rawPath: string): string => {
  if (CANONICAL_PATH.test(rawPath)) return rawPath;
  let canonical = '';
  let start = 0;
  for (;;) {
    const slash = rawPath.indexOf('/', start);
    const segment = slash < 0 ? rawPath.slice(start) : rawPath.slice(start, slash);
    canonical += CANONICAL_TOKEN.test(segment) ? segment : encodeUriComponent(decodeUriComponent(segment));
    if (slash < 0) return canonical;
    canonical += '/';
    start = slash + 1;
  }
};

const canonicalizeToken = (token: string): string =>
  CANONICAL_TOKEN.test(token) ? token : encodeUriComponent(decodeUriComponent(token));

/**
 * Pairs sorted by encoded name, then encoded value. A name without `=` gets one. `omit` names a parameter that is left out
 * (the signature of a presigned request).
 *
 * @throws S3Error `InvalidURI`
 */
export const canonicalizeQuery = (rawQuery: string, omit?: string): string => {
  if (rawQuery === '') return '';
  const pairs: { readonly name: string; readonly value: string }[] = [];
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = canonicalizeToken(equals < 0 ? pair : pair.slice(0, equals));
    if (name === omit) continue;
    pairs.push({ name, value: equals < 0 ? '' : canonicalizeToken(pair.slice(equals + 1)) });
  }
  // Encoded text is ASCII, where the order of UTF-16 units is the order of bytes.
  if (pairs.length > 1) pairs.sort(comparePairs);
  let canonical = '';
  for (const { name, value } of pairs) canonical += canonical === '' ? `${name}=${value}` : `&${name}=${value}`;
  return canonical;
};

const comparePairs = (
  left: { readonly name: string; readonly value: string },
  right: { readonly name: string; readonly value: string },
): number => {
  if (left.name !== right.name) return left.name < right.name ? -1 : 1;
  if (left.value === right.value) return 0;
  return left.value < right.value ? -1 : 1;
};

const INNER_SPACES = / {2,}/g;

/** The names in a list of signed headers, in its order. */
export const splitSignedHeaders = rememberByText(MAX_CACHED_SIGNING_KEYS, (list): readonly string[] => list.split(';'));

/** Header lines in the order of `signedHeaders`; a header that is signed but absent counts as empty. */
const canonicalizeHeaders = (
  signedHeaders: string,
  headers: RequestHeaders,
  rawHeaders: readonly string[] | undefined,
): string => {
  let lines = '';
  for (const name of splitSignedHeaders(signedHeaders)) {
    lines += `${name}:${canonicalizeHeaderValue(name, headers, rawHeaders)}\n`;
  }
  return lines;
};

const canonicalizeHeaderValue = (
  name: string,
  headers: RequestHeaders,
  rawHeaders: readonly string[] | undefined,
): string => {
  const given = headers[name];
  // The name is the client's word: `constructor` finds what the prototype has, not a header.
  if (typeof given !== 'string' && !Array.isArray(given)) return '';
  let value = joinRepeatedHeader(given, name, rawHeaders);
  if (value.includes('  ')) value = value.replace(INNER_SPACES, ' ');
  return value.trim();
};

/**
 * The canonical request as latin1 text: header values are bytes that node:http read as latin1, all else is ASCII.
 *
 * @param signedHeaders names in lower case, joined by `;`, as the client listed them
 * @param payloadLine hex digest of the body, or one of the fixed names
 */
export const buildCanonicalRequest = (
  request: SignableRequest,
  canonicalPath: string,
  canonicalQuery: string,
  signedHeaders: string,
  payloadLine: string,
): string =>
  `${request.method}\n${canonicalPath}\n${canonicalQuery}\n` +
  `${canonicalizeHeaders(signedHeaders, request.headers, request.rawHeaders)}\n${signedHeaders}\n${payloadLine}`;
