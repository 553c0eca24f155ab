import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { CommitObjectRequest, CommittedObject } from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { CommitContext } from '../commit-context.ts';
import { addVersion } from './add-version.ts';
import { checkEventName } from './check-event-name.ts';
import { shareNeedles } from './share-needles.ts';

/** The moment at which an object exists. CatalogError `NoSuchBucket`, `InvalidRequest`, those of shareNeedles and of addVersion. */
export function* commitObject(
  tx: KvTransaction,
  request: CommitObjectRequest,
  context: CommitContext,
): KvProgram<CommittedObject> {
  checkEventName(request.event);
  const bucket = yield* requireBucket(tx, request.bucket);
  const { key, version, condition, shared, event } = request;
  if (shared !== undefined) yield* shareNeedles(tx, version.chunks, shared);
  const hasSharedNeedles = shared !== undefined;
  return yield* addVersion(tx, { bucket, key, version, condition, event, hasSharedNeedles }, context);
}
