import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type ChecksumAlgorithm,
  type CreateUploadRequest,
  type Upload,
} from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { encodeUploadRecord } from '../codec/upload-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { makeUploadId, uploadKey } from '../keys.ts';
import { requireLockEnabled } from '../objects/object-lock.ts';

/** `random`: at least 10 unpredictable bytes. CatalogError `NoSuchBucket`, `InvalidRequest`. */
export function* createUpload(
  tx: KvTransaction,
  request: CreateUploadRequest,
  random: Uint8Array,
  context: CommitContext,
): KvProgram<Upload> {
  const bucket = yield* requireBucket(tx, request.bucket);
  const { key, template, initiatorId, checksumAlgorithm, checksumType } = request;
  if (template.lock !== undefined) requireLockEnabled(bucket);
  checkChecksumType(request);
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

const FULL_OBJECT_ONLY: ReadonlySet<string> = new Set<ChecksumAlgorithm>(['CRC64NVME']);
const EITHER_TYPE: ReadonlySet<string> = new Set<ChecksumAlgorithm>(['CRC32', 'CRC32C']);

/** Which checksums of a whole can be made of those of its parts (s3.md rule 23). */
function checkChecksumType({ checksumAlgorithm: algorithm, checksumType: type }: CreateUploadRequest): void {
  if (algorithm === undefined || type === undefined || EITHER_TYPE.has(algorithm)) return;
  const only = FULL_OBJECT_ONLY.has(algorithm) ? 'FULL_OBJECT' : 'COMPOSITE';
  if (type !== only)
    throw new CatalogError(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
}
