/** A data key wrapped by another key: sealed bytes of one fixed length. */
import { KeyError } from './key-error.ts';
import { KEY_BYTES } from './limits.ts';
import { openSealed, SEAL_BYTES, sealBytes } from './seal-bytes.ts';

export const WRAPPED_BYTES = KEY_BYTES + SEAL_BYTES;

/** @param belongsTo authenticated, not stored */
export const wrapKey = sealBytes;

/**
 * @param from where it begins
 * @throws KeyError `damaged-envelope` when it was wrapped by another key, for something else, or was changed
 */
export function unwrapKey(wrapped: Uint8Array, wrappingKey: Uint8Array, belongsTo: Uint8Array, from = 0): Buffer {
  const lengthBytes = wrapped.length - from;
  if (lengthBytes !== WRAPPED_BYTES)
    throw new KeyError('damaged-envelope', `a wrapped key of ${lengthBytes} bytes, not ${WRAPPED_BYTES}`);
  return openSealed(wrapped, wrappingKey, belongsTo, from);
}
