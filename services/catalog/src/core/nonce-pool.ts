import { VERSION_NONCE_BYTES } from './codec/version-id.ts';
import type { RandomBytes } from './ports.ts';

const NONCES_DRAWN = 512;

/** Random halves of version ids, drawn many at a time: a draw costs more than the commit's other arithmetic. */
export function poolNonces(randomBytes: RandomBytes): () => string {
  let drawn = '';
  let at = 0;
  const digits = 2 * VERSION_NONCE_BYTES;
  return () => {
    if (at >= drawn.length) {
      drawn = Buffer.from(randomBytes(NONCES_DRAWN * VERSION_NONCE_BYTES)).toString('hex');
      at = 0;
    }
    at += digits;
    return drawn.slice(at - digits, at);
  };
}
