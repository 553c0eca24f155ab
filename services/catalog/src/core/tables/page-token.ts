import { createHash } from 'node:crypto';
import { TableError } from './table-error.ts';

/** First byte of a token, so that a later shape can be told apart. */
const TOKEN_VERSION = 1;
const LISTING_HASH_BYTES = 12;

function hashListing(listing: string): Buffer {
  return createHash('sha256').update(listing).digest().subarray(0, LISTING_HASH_BYTES);
}

/** Where the next page starts: after `lastKey`, in this listing only. `listing` names the listing and all that shapes it. */
export function encodePageToken(listing: string, lastKey: Uint8Array): string {
  return Buffer.concat([Buffer.from([TOKEN_VERSION]), hashListing(listing), lastKey]).toString('base64url');
}

/** The last key of the page before. Refuses a token of another listing, or no token at all, with `bad-request`. */
export function decodePageToken(listing: string, token: string): Buffer {
  const bytes = Buffer.from(token, 'base64url');
  const isOurs =
    bytes.length > 1 + LISTING_HASH_BYTES &&
    bytes[0] === TOKEN_VERSION &&
    bytes.subarray(1, 1 + LISTING_HASH_BYTES).equals(hashListing(listing)) &&
    bytes.toString('base64url') === token;
  if (!isOurs) throw new TableError('bad-request', 'The page token does not belong to this listing');
  return bytes.subarray(1 + LISTING_HASH_BYTES);
}
