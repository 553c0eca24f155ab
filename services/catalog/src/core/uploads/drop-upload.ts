import type { KvTransaction } from '@needlestack/ordered-kv';
import type { StoredPart } from '../codec/part-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { addGarbage } from '../garbage/add-garbage.ts';
import { partKey, uploadKey } from '../keys.ts';

/** Removes an upload and its parts; chunks of the parts that no object took become garbage. */
export function dropUpload(
  tx: KvTransaction,
  place: { readonly bucketId: number; readonly key: string; readonly uploadId: string },
  parts: { readonly all: readonly StoredPart[]; readonly taken: ReadonlySet<number> },
  context: CommitContext,
): void {
  const { bucketId, key, uploadId } = place;
  for (const part of parts.all) {
    tx.delete(partKey(bucketId, uploadId, part.partNumber));
    if (!parts.taken.has(part.partNumber)) addGarbage(tx, part.chunks, context.nowMs);
  }
  tx.delete(uploadKey(bucketId, key, uploadId));
}
