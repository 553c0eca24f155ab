import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { CommitContext } from '../commit-context.ts';
import { dropUpload } from './drop-upload.ts';
import { readParts } from './read-parts.ts';
import { requireUpload, type UploadPlace } from './require-upload.ts';

/** CatalogError `NoSuchBucket`, `NoSuchUpload`. */
export function* abortUpload(tx: KvTransaction, place: UploadPlace, context: CommitContext): KvProgram<void> {
  const { bucket } = yield* requireUpload(tx, place);
  const all = yield* readParts(tx, bucket.id, place.uploadId);
  yield* dropUpload(tx, { ...place, bucketId: bucket.id }, { all, taken: new Set() }, context);
}
