import { type KvProgram, type KvReader, keyAfter, type WalkStep } from '@needlestack/ordered-kv';
import type { ListUploadsPage, ListUploadsRequest, Upload } from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { decodeUploadRecord } from '../codec/upload-record.ts';
import { afterUploadsOf, isUploadId, uploadKey, uploadNameOf, uploadsRange } from '../keys.ts';
import { LIST_ROWS_FIRST, PAGE_ENTRIES_MAX } from '../limits.ts';
import { commonPrefixOf } from '../objects/common-prefix.ts';

/** With an upload id the marker is that upload, else everything of its key is passed over. */
function firstRow(bucketId: number, request: ListUploadsRequest, rangeStart: Buffer): Buffer {
  const { keyMarker, uploadIdMarker } = request;
  if (keyMarker === '') return rangeStart;
  const after = isUploadId(uploadIdMarker)
    ? keyAfter(uploadKey(bucketId, keyMarker, uploadIdMarker))
    : afterUploadsOf(bucketId, Buffer.from(keyMarker, 'utf8'));
  return Buffer.compare(after, rangeStart) > 0 ? after : rangeStart;
}

/** Takes rows in key order and parts them into uploads and common prefixes, until one more came than was asked for. */
class UploadsCollector {
  readonly uploads: Upload[] = [];
  readonly commonPrefixes: string[] = [];
  isOverfull = false;
  last = { key: '', uploadId: '' };
  readonly #bucketId: number;
  readonly #prefixBytes: number;
  readonly #delimiter: Buffer;
  readonly #max: number;
  readonly #keyMarker: string;

  constructor(bucketId: number, max: number, { prefix, delimiter, keyMarker }: ListUploadsRequest) {
    this.#bucketId = bucketId;
    this.#prefixBytes = Buffer.byteLength(prefix);
    this.#delimiter = Buffer.from(delimiter, 'utf8');
    this.#max = max;
    this.#keyMarker = keyMarker;
  }

  readonly takeRow = (rowKey: Buffer, record: Buffer): WalkStep => {
    const { key, uploadId } = uploadNameOf(rowKey);
    const commonPrefix = commonPrefixOf(key, this.#prefixBytes, this.#delimiter);
    const name = (commonPrefix ?? key).toString('utf8');
    const afterPrefix = commonPrefix === undefined ? undefined : uploadsRange(this.#bucketId, commonPrefix).end;
    // A page that ended with a common prefix goes on after all of it.
    if (afterPrefix !== undefined && name === this.#keyMarker) return afterPrefix;
    if (this.uploads.length + this.commonPrefixes.length >= this.#max) {
      this.isOverfull = true;
      return false;
    }
    this.last = { key: name, uploadId: afterPrefix === undefined ? uploadId : '' };
    if (afterPrefix === undefined) this.uploads.push({ uploadId, key: name, ...decodeUploadRecord(record) });
    else this.commonPrefixes.push(name);
    return afterPrefix ?? true;
  };
}

/** By key, then by the time of their beginning. CatalogError `NoSuchBucket`. */
export function* listUploads(tx: KvReader, request: ListUploadsRequest): KvProgram<ListUploadsPage> {
  const bucket = yield* requireBucket(tx, request.bucket);
  const max = Math.min(request.maxUploads, PAGE_ENTRIES_MAX);
  const page = new UploadsCollector(bucket.id, max, request);
  const { uploads, commonPrefixes } = page;
  if (max < 1) return { uploads, commonPrefixes, isTruncated: false };
  const range = uploadsRange(bucket.id, Buffer.from(request.prefix, 'utf8'));
  const start = firstRow(bucket.id, request, range.start);
  yield* tx.walk({ start, end: range.end, rowsFirst: Math.min(max + 1, LIST_ROWS_FIRST) }, page.takeRow);
  if (!page.isOverfull) return { uploads, commonPrefixes, isTruncated: false };
  const { key, uploadId } = page.last;
  return { uploads, commonPrefixes, isTruncated: true, nextKeyMarker: key, nextUploadIdMarker: uploadId };
}
