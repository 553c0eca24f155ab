import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { StoredBucket } from '../codec/bucket-record.ts';
import type { VersionPlace } from '../codec/object-record.ts';
import type { Usage } from '../codec/usage-record.ts';
import { NULL_VERSION_ID, nextOrder } from '../codec/version-id.ts';
import type { CommitContext } from '../commit-context.ts';
import { destroyVersion } from './destroy-version.ts';
import { type FoundVersion, findVersion } from './find-version.ts';
import { stepBack } from './move-versions.ts';

export interface Room {
  readonly place: Pick<VersionPlace, 'order' | 'nonce' | 'mayHaveOlder'>;
  /** What went for it. */
  readonly usage: Usage;
}

const NOTHING_WENT: Usage = { objects: 0, bytes: 0 };

/**
 * Frees the newest place of a key for a version or a delete marker, in a bucket that has or had versioning. While versioning is
 * suspended what comes is the `null` version, and the former one goes for good. CatalogError `ObjectLocked`.
 */
export function* makeRoom(
  tx: KvTransaction,
  of: { readonly bucket: StoredBucket; readonly key: string; readonly newest: FoundVersion | undefined },
  context: CommitContext,
): KvProgram<Room> {
  const { bucket, key, newest } = of;
  const order = nextOrder(context.nowMs, newest?.stored.order ?? 0);
  if (bucket.versioning === 'Enabled') {
    if (newest !== undefined) stepBack(tx, { bucketId: bucket.id, key }, newest);
    return {
      place: { order, nonce: context.makeNonce(), mayHaveOlder: newest !== undefined },
      usage: NOTHING_WENT,
    };
  }
  if (newest === undefined) return { place: { order }, usage: NOTHING_WENT };
  const isNull = newest.stored.nonce === undefined;
  const former = isNull ? newest : yield* findVersion(tx, bucket, key, NULL_VERSION_ID);
  const usage =
    former === undefined
      ? NOTHING_WENT
      : yield* destroyVersion(tx, { bucket, key, found: former, bypassGovernance: false }, context);
  if (!isNull) stepBack(tx, { bucketId: bucket.id, key }, newest);
  return { place: { order, mayHaveOlder: isNull ? newest.stored.mayHaveOlder : true }, usage };
}
