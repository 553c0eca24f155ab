import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { StoredPart } from '../codec/part-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { releaseNeedles } from '../garbage/release-needles.ts';
import { partKey, uploadKey } from '../keys.ts';

/** Removes an upload and its parts; needles of the parts that no object took become garbage. */
export function* dropUpload(
  tx: KvTransaction,
  place: { readonly bucketId: number; readonly key: string; readonly uploadId: string },
  parts: { readonly all: readonly StoredPart[]; readonly taken: ReadonlySet<number> },
  context: CommitContext,
): KvProgram<void> {
  const { bucketId, key, uploadId } = place;
  for (const part of parts.all) {
    tx.delete(partKey(bucketId, uploadId, part.partNumber));
    if (parts.taken.has(part.partNumber)) continue;
    yield* releaseNeedles(tx, { chunks: part.chunks, isShared: part.hasSharedNeedles }, context);
  }
  tx.delete(uploadKey(bucketId, key, uploadId));
}
