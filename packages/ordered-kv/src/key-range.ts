import { KEY_BYTES_MAX } from './limits.ts';

/** The first key after all keys that begin with `prefix`; after a prefix of only 0xff bytes (or none), the greatest key there is. */
export function endOfPrefix(prefix: Uint8Array): Buffer {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1;
  if (length === 0) return Buffer.alloc(KEY_BYTES_MAX, 0xff);
  const end = Buffer.from(prefix.subarray(0, length));
  end[length - 1] = (end[length - 1] ?? 0) + 1;
  return end;
}

/** The first key after `key`: where a scan goes on that ended with `key`. */
export function keyAfter(key: Uint8Array): Buffer {
  const next = Buffer.allocUnsafe(key.length + 1);
  next.set(key);
  next[key.length] = 0;
  return next;
}
