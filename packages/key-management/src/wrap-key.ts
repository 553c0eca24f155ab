/**
 * A data key wrapped by another key: nonce (12) | ciphertext (32) | tag (16), AES-256-GCM (NIST SP 800-38D). What it belongs to is
 * authenticated beside it, so that a wrapped key cannot be passed off as another's.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KeyError } from './key-error.ts';
import { KEY_BYTES } from './limits.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** @param belongsTo authenticated, not stored */
export function wrapKey(key: Uint8Array, wrappingKey: Uint8Array, belongsTo: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, wrappingKey, nonce);
  cipher.setAAD(belongsTo);
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** @throws KeyError `damaged-envelope` when it was wrapped by another key, for something else, or was changed */
export function unwrapKey(wrapped: Uint8Array, wrappingKey: Uint8Array, belongsTo: Uint8Array): Buffer {
  if (wrapped.length !== WRAPPED_BYTES) throw damaged(`a wrapped key of ${wrapped.length} bytes, not ${WRAPPED_BYTES}`);
  const decipher = createDecipheriv(ALGORITHM, wrappingKey, wrapped.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(belongsTo);
  decipher.setAuthTag(wrapped.subarray(NONCE_BYTES + KEY_BYTES));
  const key = decipher.update(wrapped.subarray(NONCE_BYTES, NONCE_BYTES + KEY_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw damaged('a wrapped key does not open', cause);
  }
  return key;
}

const damaged = (message: string, cause?: unknown): KeyError => new KeyError('damaged-envelope', message, { cause });
