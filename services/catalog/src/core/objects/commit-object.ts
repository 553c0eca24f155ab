import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { CommitObjectRequest, CommittedObject } from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { CommitContext } from '../commit-context.ts';
import { checkEventName } from './check-event-name.ts';
import { replaceCurrentVersion } from './replace-current-version.ts';

/** The moment at which an object exists. CatalogError `NoSuchBucket`, `InvalidRequest` and those of replaceCurrentVersion. */
export function* commitObject(
  tx: KvTransaction,
  request: CommitObjectRequest,
  context: CommitContext,
): KvProgram<CommittedObject> {
  checkEventName(request.event);
  const bucket = yield* requireBucket(tx, request.bucket);
  const { key, version, condition, event } = request;
  return yield* replaceCurrentVersion(tx, { bucket, key, version, condition, event }, context);
}
