/** User metadata: x-amz-meta-* headers (s3.md rule 5). Bytes on the wire arrive as latin1 text. */
import type { QueryParameters } from '../address/request-target.ts';
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { MAX_METADATA_BYTES } from '../limits.ts';
import { joinRepeatedHeader, type SignableRequest } from '../sigv4/signable-request.ts';
import { isHeaderName } from './header-name.ts';

const PREFIX = 'x-amz-meta-';
const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Names without the prefix, in lower case, with their values as text. Presigned requests carry them in the query.
 *
 * @throws S3Error `MetadataTooLarge` past 2 KB of names and values, `InvalidArgument` for a parameter that cannot be a header
 */
export const readUserMetadata = (
  request: Pick<SignableRequest, 'headers' | 'rawHeaders'>,
  query: QueryParameters,
): Readonly<Record<string, string>> => {
  let metadata: Record<string, string> | undefined;
  let sizeBytes = 0;
  for (const header in request.headers) {
    if (!header.startsWith(PREFIX)) continue;
    const name = decodeHeaderText(header.slice(PREFIX.length));
    const text = decodeHeaderText(joinRepeatedHeader(request.headers[header] ?? '', header, request.rawHeaders));
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(text);
    metadata ??= Object.create(null) as Record<string, string>;
    metadata[name] = text;
  }
  for (const [parameter, value] of query.entries) {
    const lower = parameter.toLowerCase();
    if (!lower.startsWith(PREFIX)) continue;
    const name = lower.slice(PREFIX.length);
    if (!isHeaderName(name)) throw invalidArgument('The name of a metadata header is not valid.', parameter, value);
    metadata ??= Object.create(null) as Record<string, string>;
    if (metadata[name] !== undefined) continue;
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    metadata[name] = value;
  }
  if (sizeBytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', {
      details: { Size: String(sizeBytes), MaxSizeAllowed: String(MAX_METADATA_BYTES) },
    });
  }
  return metadata ?? NOTHING;
};

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const HIGH_LATIN1 = /[\u0080-\u00ff]/;
const ENCODED_WORD = /=\?utf-8\?(?:b\?([A-Za-z0-9+/=]*)|q\?([^?\s]*))\?=(?:\s+(?==\?utf-8\?))?/gi;

/** Header bytes as text: UTF-8 when they are, latin1 when not; RFC 2047 words in UTF-8 are decoded. */
export const decodeHeaderText = (value: string): string => {
  let text = value;
  if (HIGH_LATIN1.test(value)) {
    try {
      text = STRICT_UTF8.decode(Buffer.from(value, 'latin1'));
    } catch {
      return value;
    }
  }
  return text.includes('=?') ? text.replace(ENCODED_WORD, decodeWord) : text;
};

const decodeWord = (whole: string, base64: string | undefined, quoted: string | undefined): string => {
  try {
    if (base64 !== undefined) return STRICT_UTF8.decode(Buffer.from(base64, 'base64'));
    const escaped = (quoted ?? '').replaceAll('_', ' ').replace(/=([0-9A-Fa-f]{2})/g, '%$1');
    return decodeURIComponent(escaped);
  } catch {
    return whole;
  }
};

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const MAX_WORD_PAYLOAD_BYTES = 45;

/** Text as a header value: itself when printable ASCII, RFC 2047 words otherwise. */
export const encodeHeaderText = (text: string): string => {
  if (PRINTABLE_ASCII.test(text)) return text;
  const words: string[] = [];
  let piece = '';
  for (const character of text) {
    if (Buffer.byteLength(piece) + Buffer.byteLength(character) > MAX_WORD_PAYLOAD_BYTES) {
      words.push(encodeWord(piece));
      piece = '';
    }
    piece += character;
  }
  words.push(encodeWord(piece));
  return words.join(' ');
};

const encodeWord = (piece: string): string => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`;
