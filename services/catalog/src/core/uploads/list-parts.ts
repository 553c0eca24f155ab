import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import type { ListPartsPage, ListPartsRequest } from '@needlestack/service-contracts';
import { decodeListedPart } from '../codec/part-record.ts';
import { partNumberOf, partsRange } from '../keys.ts';
import { PAGE_ENTRIES_MAX } from '../limits.ts';
import { requireUpload } from './require-upload.ts';

/** CatalogError `NoSuchBucket`, `NoSuchUpload`. */
export function* listParts(tx: KvReader, request: ListPartsRequest): KvProgram<ListPartsPage> {
  const { bucket, upload } = yield* requireUpload(tx, request);
  const limit = Math.min(request.maxParts, PAGE_ENTRIES_MAX);
  if (limit < 1) return { upload, parts: [], isTruncated: false };
  const range = { ...partsRange(bucket.id, request.uploadId, request.partNumberMarker), limit };
  const page = yield* tx.scanDecoded(range, (key, row) => decodeListedPart(partNumberOf(key), row));
  const last = page.rows.at(-1);
  if (!page.hasMore || last === undefined) return { upload, parts: page.rows, isTruncated: false };
  return { upload, parts: page.rows, isTruncated: true, nextPartNumberMarker: last.partNumber };
}
