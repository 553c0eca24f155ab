import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import { decodePartRecord, type StoredPart } from '../codec/part-record.ts';
import { partNumberOf, partsRange } from '../keys.ts';
import { WALK_ROWS_MAX } from '../limits.ts';

/** All parts of an upload, by number. At most PART_NUMBER_MAX of them. */
export function* readParts(tx: KvReader, bucketId: number, uploadId: string): KvProgram<StoredPart[]> {
  const parts: StoredPart[] = [];
  let after = 0;
  for (;;) {
    const range = { ...partsRange(bucketId, uploadId, after), limit: WALK_ROWS_MAX };
    const page = yield* tx.scanDecoded(range, (key, row) => decodePartRecord(partNumberOf(key), row));
    parts.push(...page.rows);
    if (!page.hasMore) return parts;
    after = parts.at(-1)?.partNumber ?? after;
  }
}
