/**
 * Bytes sealed by a key: nonce (12) | ciphertext | tag (16), AES-256-GCM (NIST SP 800-38D). What they belong to is authenticated beside
 * them, so that what was sealed for one cannot be passed off as another's.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { drawRandom } from './draw-random.ts';
import { KeyError } from './key-error.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const TAG_LENGTH = { authTagLength: TAG_BYTES };
const NOTHING = new Uint8Array(0);

/** By how much sealing makes bytes longer. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

/**
 * @param belongsTo authenticated, not stored
 * @param head what the answer begins with, in the clear
 */
export function sealBytes(
  plain: Uint8Array,
  key: Uint8Array,
  belongsTo: Uint8Array,
  head: Uint8Array = NOTHING,
): Buffer {
  const sealed = Buffer.allocUnsafe(head.length + SEAL_BYTES + plain.length);
  const nonce = drawRandom(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, TAG_LENGTH);
  if (belongsTo.length > 0) cipher.setAAD(belongsTo);
  sealed.set(head);
  sealed.set(nonce, head.length);
  sealed.set(cipher.update(plain), head.length + NONCE_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), sealed.length - TAG_BYTES);
  return sealed;
}

/**
 * @param from where the sealed bytes begin
 * @throws KeyError `damaged-envelope` when they were sealed by another key, for something else, or were changed
 */
export function openSealed(sealed: Uint8Array, key: Uint8Array, belongsTo: Uint8Array, from = 0): Buffer {
  const lengthBytes = sealed.length - from;
  if (lengthBytes < SEAL_BYTES) throw new KeyError('damaged-envelope', `${lengthBytes} sealed bytes are too few`);
  const textAt = from + NONCE_BYTES;
  const tagAt = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(from, textAt), TAG_LENGTH);
  if (belongsTo.length > 0) decipher.setAAD(belongsTo);
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plain = decipher.update(sealed.subarray(textAt, tagAt));
  try {
    decipher.final();
  } catch (cause) {
    throw new KeyError('damaged-envelope', 'sealed bytes do not open', { cause });
  }
  return plain;
}
