/**
 * Bytes sealed by a key: nonce (12) | ciphertext | tag (16), AES-256-GCM (NIST SP 800-38D). What they belong to is authenticated beside
 * them, so that what was sealed for one cannot be passed off as another's.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KeyError } from './key-error.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** By how much sealing makes bytes longer. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

/** @param belongsTo authenticated, not stored */
export function sealBytes(plain: Uint8Array, key: Uint8Array, belongsTo: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(belongsTo);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws KeyError `damaged-envelope` when they were sealed by another key, for something else, or were changed */
export function openSealed(sealed: Uint8Array, key: Uint8Array, belongsTo: Uint8Array): Buffer {
  if (sealed.length < SEAL_BYTES) throw new KeyError('damaged-envelope', `${sealed.length} sealed bytes are too few`);
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(belongsTo);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw new KeyError('damaged-envelope', 'sealed bytes do not open', { cause });
  }
  return plain;
}
