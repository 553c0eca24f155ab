import { randomBytes } from 'node:crypto';
import type { OrderedKv } from '@needlestack/ordered-kv';

/** Where the rows are. */
export const BUCKET = 3;
export const ROW_BYTES = 300;
const KEY_BYTES = 30;
const ROWS_AT_A_TIME = 10_000;

/** Rows of 300 bytes, key and value, in one bucket of the table of objects. */
export async function fillRows(kv: OrderedKv, rows: number, bucketId: number): Promise<void> {
  const value = randomBytes(ROW_BYTES - KEY_BYTES + 2);
  for (let from = 0; from < rows; from += ROWS_AT_A_TIME)
    await kv.transact(function* (tx) {
      for (let number = from; number < Math.min(rows, from + ROWS_AT_A_TIME); number += 1) {
        const name = `row ${String(number).padStart(12, '0')}`.padEnd(KEY_BYTES, '.');
        tx.put(Buffer.concat([Buffer.from([0x20, bucketId]), Buffer.from(name)]), value.subarray(2));
      }
      yield* tx.get(Buffer.from([0x20]));
    });
}
