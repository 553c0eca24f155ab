/** Keys as the library is given them: strings of one character per byte. */
import { KvError } from '../kv-error.ts';
import { KEY_BYTES_MAX } from '../limits.ts';

/** The bytes of a key as a string of one character per byte. */
export function keyString(key: Uint8Array): string {
  if (key.length === 0 || key.length > KEY_BYTES_MAX)
    throw new KvError('invalid-key', `a key of ${key.length} bytes: expected 1 to ${KEY_BYTES_MAX}`);
  return boundString(key);
}

/** Like `keyString`, for an end of a range or where a walk goes on, which no row needs to have. */
export function boundString(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString('latin1');
}
