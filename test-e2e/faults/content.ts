import { SeededRandom } from '@needlestack/fuzz';

/** Bytes of an object, known by number and size alone, so that a ledger of thousands of objects holds no bytes. */
export interface Content {
  readonly id: number;
  readonly sizeBytes: number;
}

const POOL_BYTES = 24 * 1024 * 1024;
const OFFSETS = 4 * 1024 * 1024;
const OFFSET_STEP = 7_919;

const pool = Buffer.allocUnsafe(POOL_BYTES);
const random = new SeededRandom(1);
for (let at = 0; at < POOL_BYTES; at += 4) pool.writeUInt32LE(Math.floor(random.next() * 2 ** 32), at);

/** At most 20 MiB. The view must not be written to. */
export function bytesOf({ id, sizeBytes }: Content): Buffer {
  const offset = (id * OFFSET_STEP) % OFFSETS;
  return pool.subarray(offset, offset + sizeBytes);
}
