import { randomFillSync } from 'node:crypto';

/** A draw costs the same for few bytes and for many. */
const POOL_BYTES = 8192;

const pool = Buffer.alloc(POOL_BYTES);
let at = POOL_BYTES;

/** Random bytes for keys and nonces; what is given out stays nowhere else. @param count at most POOL_BYTES */
export function drawRandom(count: number): Buffer {
  if (at + count > POOL_BYTES) {
    randomFillSync(pool);
    at = 0;
  }
  const drawn = Buffer.allocUnsafe(count);
  pool.copy(drawn, 0, at, at + count);
  pool.fill(0, at, at + count);
  at += count;
  return drawn;
}
