import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type Chunk, type SharedChunks } from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { withSharedNeedles } from '../codec/object-record.ts';
import { countNeedleUses, needleName } from '../garbage/shared-needles.ts';
import { type FoundVersion, findVersion } from './find-version.ts';

/**
 * Lets a chunk list name needles of a version that is there: to be called before that version may go in the same transaction.
 * CatalogError `NoSuchBucket`, `ConditionalRequestConflict` when the source no longer has them.
 */
export function* shareNeedles(tx: KvTransaction, chunks: readonly Chunk[], shared: SharedChunks): KvProgram<void> {
  const bucket = yield* requireBucket(tx, shared.bucket);
  const source = yield* findVersion(tx, bucket, shared.key, shared.versionId);
  const theirs = new Set(source?.stored.version.chunks.map(needleName));
  const taken = new Set(shared.chunks.map(needleName));
  if (source === undefined || ![...taken].every((name) => theirs.has(name))) throw sourceChanged(bucket, shared);
  yield* countNeedleUses(
    tx,
    chunks.filter((chunk) => taken.has(needleName(chunk))),
    1,
  );
  markShared(tx, source);
}

/** From now on who takes this version away asks which of its needles others name. */
export function markShared(tx: KvTransaction, source: FoundVersion): void {
  if (!source.stored.hasSharedNeedles) tx.put(source.rowKey, withSharedNeedles(source.row));
}

function sourceChanged(bucket: StoredBucket, { key }: SharedChunks): CatalogError {
  return new CatalogError('ConditionalRequestConflict', 'the source of the copy was changed meanwhile', {
    BucketName: bucket.name,
    Key: key,
  });
}
