import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { StoredBucket } from '../codec/bucket-record.ts';
import type { Usage } from '../codec/usage-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { releaseNeedles } from '../garbage/release-needles.ts';
import { inlineDataKey } from '../keys.ts';
import type { FoundVersion } from './find-version.ts';
import { removeRow } from './move-versions.ts';
import { requireUnprotected } from './object-lock.ts';

export interface VersionToDestroy {
  readonly bucket: StoredBucket;
  readonly key: string;
  readonly found: FoundVersion;
  readonly bypassGovernance: boolean;
}

const NO_USAGE: Usage = { objects: 0, bytes: 0 };

/**
 * The one way in which a version ceases to be: never a protected one; its needles become garbage unless another names them too.
 * Gives the change of usage. CatalogError `ObjectLocked`, before anything is written.
 */
export function* destroyVersion(
  tx: KvTransaction,
  { bucket, key, found, bypassGovernance }: VersionToDestroy,
  context: CommitContext,
): KvProgram<Usage> {
  const { version, hasInlineData, order } = found.stored;
  requireUnprotected(version.lock, { nowMs: context.nowMs, bypassGovernance });
  yield* releaseNeedles(tx, { chunks: version.chunks, isShared: found.stored.hasSharedNeedles }, context);
  if (hasInlineData) tx.delete(inlineDataKey(bucket.id, key, order));
  removeRow(tx, { bucketId: bucket.id, key }, found);
  return version.isDeleteMarker ? NO_USAGE : { objects: -1, bytes: -version.sizeBytes };
}
