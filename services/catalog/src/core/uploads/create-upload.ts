import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { CreateUploadRequest, Upload } from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { encodeUploadRecord } from '../codec/upload-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { makeUploadId, uploadKey } from '../keys.ts';

/** `random`: at least 10 unpredictable bytes. CatalogError `NoSuchBucket`, `InvalidRequest`. */
export function* createUpload(
  tx: KvTransaction,
  request: CreateUploadRequest,
  random: Uint8Array,
  context: CommitContext,
): KvProgram<Upload> {
  const bucket = yield* requireBucket(tx, request.bucket);
  const { key, template, initiatorId, checksumAlgorithm, checksumType } = request;
  const stored = {
    initiatedAtMs: context.nowMs,
    initiatorId,
    template,
    ...(checksumAlgorithm === undefined ? {} : { checksumAlgorithm }),
    ...(checksumType === undefined ? {} : { checksumType }),
  };
  const uploadId = makeUploadId(context.nowMs, random);
  tx.put(uploadKey(bucket.id, key, uploadId), encodeUploadRecord(stored));
  return { uploadId, key, ...stored };
}
