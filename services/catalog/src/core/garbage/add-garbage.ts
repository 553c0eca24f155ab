import type { KvTransaction } from '@needlestack/ordered-kv';
import type { Chunk } from '@needlestack/service-contracts';
import { encodeGarbageRecord } from '../codec/garbage-record.ts';
import { garbageKey } from '../keys.ts';

/** Notes that nothing refers to these needles any more. The collector deletes them later and only then forgets them. */
export function addGarbage(tx: KvTransaction, chunks: readonly Chunk[], nowMs: number): void {
  const first = chunks[0];
  // A needle belongs to one chunk list only, so its id tells the entries of one moment apart.
  if (first !== undefined) tx.put(garbageKey(nowMs, first.volumeId, first.needleKey), encodeGarbageRecord(chunks));
}
