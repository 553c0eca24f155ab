/** Ids and secrets, made at random. */

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
