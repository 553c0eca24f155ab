import type { KvTransaction } from '@needlestack/ordered-kv';
import { garbageKeyOfId } from '../keys.ts';

/** Ids that are not there, or are none, are passed over. */
export function forgetGarbage(tx: KvTransaction, garbageIds: readonly string[]): void {
  for (const garbageId of garbageIds) {
    const key = garbageKeyOfId(garbageId);
    if (key !== undefined) tx.delete(key);
  }
}
