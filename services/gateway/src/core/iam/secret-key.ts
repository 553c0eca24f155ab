/** Secrets of access keys: made, and kept sealed under the root key. */
import type { Sealer } from './session.ts';

const PURPOSE = 'identity';
/** 40 characters in base64. */
const SECRET_BYTES = 30;
const KEY_ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const KEY_ID_SUFFIX_LENGTH = 16;

export const makeSecret = (randomBytes: (count: number) => Uint8Array): string =>
  Buffer.from(randomBytes(SECRET_BYTES)).toString('base64');

/** An id as AWS shapes it: prefix and 16 letters. @param prefix `AKIA`, `ASIA`, `AIDA` */
export const makeId = (prefix: string, randomBytes: (count: number) => Uint8Array): string => {
  let id = prefix;
  for (const byte of randomBytes(KEY_ID_SUFFIX_LENGTH)) id += KEY_ID_LETTERS[byte % KEY_ID_LETTERS.length];
  return id;
};

/** Base64. It opens for this access key alone. */
export const sealSecret = (sealer: Sealer, accessKeyId: string, secret: string): string =>
  Buffer.from(sealer.seal(Buffer.from(secret), PURPOSE, Buffer.from(accessKeyId))).toString('base64');

/** Throws when it was sealed for another key or under another root key. */
export const openSecret = (sealer: Sealer, accessKeyId: string, sealed: string): string =>
  Buffer.from(sealer.unseal(Buffer.from(sealed, 'base64'), PURPOSE, Buffer.from(accessKeyId))).toString('utf8');
