/**
 * Data keys under a key that only the customer has (SSE-C): salt (16) | key wrapped under HMAC-SHA256(customer key, salt). The seal of the wrapped
 * key is the salted check value by which another key is told apart; nothing else of the customer's key is kept.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { KeyError } from './key-error.ts';
import { unwrapKey, WRAPPED_BYTES, wrapKey } from './wrap-key.ts';

const SALT_BYTES = 16;
const BELONGS_TO = Buffer.from('SSE-C');

/** @param customerKey 32 bytes */
export function wrapByCustomerKey(dataKey: Uint8Array, customerKey: Uint8Array): Buffer {
  const salt = randomBytes(SALT_BYTES);
  return wrapKey(dataKey, wrappingKeyOf(customerKey, salt), BELONGS_TO, salt);
}

/** @throws KeyError `wrong-customer-key`, `damaged-envelope` */
export function openByCustomerKey(wrapped: Uint8Array, customerKey: Uint8Array): Buffer {
  if (wrapped.length !== SALT_BYTES + WRAPPED_BYTES)
    throw new KeyError('damaged-envelope', `a key of SSE-C in ${wrapped.length} bytes`);
  const salt = wrapped.subarray(0, SALT_BYTES);
  try {
    return unwrapKey(wrapped, wrappingKeyOf(customerKey, salt), BELONGS_TO, SALT_BYTES);
  } catch (cause) {
    throw new KeyError('wrong-customer-key', 'the object was written with another key', { cause });
  }
}

const wrappingKeyOf = (customerKey: Uint8Array, salt: Uint8Array): Buffer =>
  createHmac('sha256', customerKey).update(salt).digest();
