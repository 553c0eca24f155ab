import { type KvProgram, type KvReader, keyAfter } from '@needlestack/ordered-kv';
import type { ListUploadsPage, ListUploadsRequest, Upload } from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { decodeUploadRecord } from '../codec/upload-record.ts';
import { afterUploadsOf, isUploadId, uploadKey, uploadNameOf, uploadsRange } from '../keys.ts';
import { PAGE_ENTRIES_MAX } from '../limits.ts';

/** Rows of one scan; pages of pending uploads are seldom long. */
const SCAN_ROWS = 128;

interface Row {
  readonly rowKey: Buffer;
  readonly key: Buffer;
  readonly upload: Upload;
}

interface CollectedPage {
  readonly uploads: Upload[];
  readonly commonPrefixes: string[];
}

function readRow(rowKey: Buffer, record: Buffer): Row {
  const { key, uploadId } = uploadNameOf(rowKey);
  return {
    rowKey: Buffer.from(rowKey),
    key,
    upload: { uploadId, key: key.toString('utf8'), ...decodeUploadRecord(record) },
  };
}

/** With an upload id the marker is that upload, else everything of its key is passed over. */
function firstRow(bucketId: number, request: ListUploadsRequest, rangeStart: Buffer): Buffer {
  const { keyMarker, uploadIdMarker } = request;
  if (keyMarker === '') return rangeStart;
  const after = isUploadId(uploadIdMarker)
    ? keyAfter(uploadKey(bucketId, keyMarker, uploadIdMarker))
    : afterUploadsOf(bucketId, Buffer.from(keyMarker, 'utf8'));
  return Buffer.compare(after, rangeStart) > 0 ? after : rangeStart;
}

/** By key, then by the time of their beginning. CatalogError `NoSuchBucket`. */
export function* listUploads(tx: KvReader, request: ListUploadsRequest): KvProgram<ListUploadsPage> {
  const bucket = yield* requireBucket(tx, request.bucket);
  const max = Math.min(request.maxUploads, PAGE_ENTRIES_MAX);
  const page: CollectedPage = { uploads: [], commonPrefixes: [] };
  if (max < 1) return { ...page, isTruncated: false };
  const prefix = Buffer.from(request.prefix, 'utf8');
  const delimiter = Buffer.from(request.delimiter, 'utf8');
  const range = uploadsRange(bucket.id, prefix);
  let marker = { key: '', uploadId: '' };
  let start = firstRow(bucket.id, request, range.start);
  while (Buffer.compare(start, range.end) < 0) {
    const scanned = yield* tx.scanDecoded({ start, end: range.end, limit: SCAN_ROWS }, readRow);
    for (const { rowKey, key, upload } of scanned.rows) {
      if (Buffer.compare(rowKey, start) < 0) continue;
      const commonPrefix = commonPrefixOf(key, prefix.length, delimiter);
      // A page that ended with a common prefix goes on after all of it.
      if (commonPrefix !== undefined && commonPrefix.toString('utf8') === request.keyMarker) {
        start = uploadsRange(bucket.id, commonPrefix).end;
        continue;
      }
      if (page.uploads.length + page.commonPrefixes.length >= max)
        return { ...page, isTruncated: true, nextKeyMarker: marker.key, nextUploadIdMarker: marker.uploadId };
      if (commonPrefix === undefined) {
        page.uploads.push(upload);
        marker = { key: upload.key, uploadId: upload.uploadId };
        start = keyAfter(rowKey);
      } else {
        marker = { key: commonPrefix.toString('utf8'), uploadId: '' };
        page.commonPrefixes.push(marker.key);
        start = uploadsRange(bucket.id, commonPrefix).end;
      }
    }
    if (!scanned.hasMore) break;
  }
  return { ...page, isTruncated: false };
}

function commonPrefixOf(key: Buffer, prefixBytes: number, delimiter: Buffer): Buffer | undefined {
  if (delimiter.length === 0) return undefined;
  const at = key.indexOf(delimiter, prefixBytes);
  return at === -1 ? undefined : key.subarray(0, at + delimiter.length);
}
