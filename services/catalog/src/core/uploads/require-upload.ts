import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import { CatalogError, type Upload } from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { decodeUploadRecord } from '../codec/upload-record.ts';
import { isUploadId, uploadKey } from '../keys.ts';

export interface UploadPlace {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

export function noSuchUpload(uploadId: string): CatalogError {
  return new CatalogError('NoSuchUpload', 'there is no such upload, or it is finished', { UploadId: uploadId });
}

/** Undefined when there is none, or it is finished. CatalogError `NoSuchBucket`. */
export function* findUpload(
  tx: KvReader,
  place: UploadPlace,
): KvProgram<{ bucket: StoredBucket; upload: Upload | undefined }> {
  const { key, uploadId } = place;
  const bucket = yield* requireBucket(tx, place.bucket);
  if (!isUploadId(uploadId)) return { bucket, upload: undefined };
  const row = yield* tx.get(uploadKey(bucket.id, key, uploadId));
  return { bucket, upload: row === undefined ? undefined : { key, uploadId, ...decodeUploadRecord(row) } };
}

/** CatalogError `NoSuchBucket`, `NoSuchUpload`. */
export function* requireUpload(tx: KvReader, place: UploadPlace): KvProgram<{ bucket: StoredBucket; upload: Upload }> {
  const { bucket, upload } = yield* findUpload(tx, place);
  if (upload === undefined) throw noSuchUpload(place.uploadId);
  return { bucket, upload };
}
