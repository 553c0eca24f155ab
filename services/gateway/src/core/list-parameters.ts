/** Parameters that listings share. */
import {
  headerValue,
  invalidArgument,
  MAX_KEY_BYTES,
  MAX_LIST_KEYS,
  type QueryParameters,
  type RequestHeaders,
  requireKeyLength,
} from '@needlestack/s3-protocol';
import type { Compatibility } from './compatibility.ts';

const WHOLE_NUMBER = /^\d{1,10}$/;
/** What S3 takes for a count or a marker that is a number. */
export const MAX_INT32 = 2_147_483_647;

/**
 * A count such as max-keys: absent means the default, more than `max` means `max`.
 *
 * @throws S3Error `InvalidArgument` for negative numbers and text
 */
export const readCount = (query: QueryParameters, name: string, max: number = MAX_LIST_KEYS): number =>
  parseCount(query.get(name), name, max, max);

/** The same for a text from anywhere, with a default of its own. */
export const parseCount = (text: string | undefined, name: string, max: number, absent: number): number => {
  if (text === undefined || text === '') return absent;
  if (!WHOLE_NUMBER.test(text) || Number(text) > MAX_INT32) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and ${MAX_INT32}`, name, text);
  }
  return Math.min(Number(text), max);
};

/**
 * A prefix, or a key at which a listing begins: '' when absent.
 *
 * @throws S3Error `KeyTooLongError` for one that is longer than a key may be
 */
export const readKeyParameter = (query: QueryParameters, name: string): string => {
  const text = query.get(name) ?? '';
  requireKeyLength(text);
  return text;
};

/** @throws S3Error `InvalidArgument` for anything but `url` */
export const readEncodingType = (query: QueryParameters): string | undefined => {
  const text = query.get('encoding-type');
  if (text === undefined || text === '') return undefined;
  if (text !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', text);
  return text;
};

/** Whether the listing is asked for what only some readers want: how far archived objects are brought back. */
export const readListDetails = (headers: RequestHeaders): boolean =>
  headers['x-amz-optional-object-attributes'] !== undefined &&
  (headerValue(headers, 'x-amz-optional-object-attributes') ?? '')
    .split(',')
    .some((name) => name.trim() === 'RestoreStatus');

/**
 * RGW's listings in any order, which ours need not be: only what they cannot have is refused.
 *
 * @throws S3Error `InvalidArgument` with a delimiter
 */
export const refuseUnorderedDelimiter = (query: QueryParameters, compatibility: Compatibility): void => {
  const text = query.get('allow-unordered');
  if (text === 'true' && compatibility.has('unordered-lists')) {
    throw invalidArgument('Common prefixes need a listing in order', 'allow-unordered', text);
  }
};

/** Where a listing goes on: after a key, or after all keys under a common prefix. */
export interface ListPosition {
  readonly startAfter: string;
  readonly resumeAfterPrefix: boolean;
}

/**
 * The position of a marker that a client chose. When it is itself a common prefix of this listing, all keys under it were shown.
 */
export const positionOfMarker = (marker: string, prefix: string, delimiter: string): ListPosition => {
  const at = delimiter === '' || !marker.startsWith(prefix) ? -1 : marker.indexOf(delimiter, prefix.length);
  const isCommonPrefix = at >= 0 && at + delimiter.length === marker.length;
  return { startAfter: marker, resumeAfterPrefix: isCommonPrefix };
};

const KEY_MARK = 'k';
const PREFIX_MARK = 'p';

/** The opaque token of ListObjectsV2. */
export const encodeContinuationToken = (position: ListPosition): string =>
  Buffer.from((position.resumeAfterPrefix ? PREFIX_MARK : KEY_MARK) + position.startAfter).toString('base64url');

/** @throws S3Error `InvalidArgument` when it is not one of ours */
export const decodeContinuationToken = (token: string): ListPosition => {
  const text = Buffer.from(token, 'base64url').toString();
  const mark = text.charAt(0);
  const startAfter = text.slice(1);
  const position = { startAfter, resumeAfterPrefix: mark === PREFIX_MARK };
  const isOurs = (mark === KEY_MARK || mark === PREFIX_MARK) && encodeContinuationToken(position) === token;
  if (isOurs && Buffer.byteLength(startAfter) <= MAX_KEY_BYTES) return position;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
};
