import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type ChecksumAlgorithm,
  type PutPartRequest,
  type Upload,
  type UploadedPart,
} from '@needlestack/service-contracts';
import { decodePartRecord, encodePartRecord } from '../codec/part-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { releaseNeedles } from '../garbage/release-needles.ts';
import { partKey } from '../keys.ts';
import { PART_NUMBER_MAX } from '../limits.ts';
import { shareNeedles } from '../objects/share-needles.ts';
import { requireUpload } from './require-upload.ts';

/**
 * A part put again replaces the former one.
 * CatalogError `NoSuchBucket`, `NoSuchUpload`, `InvalidRequest`, those of shareNeedles.
 */
export function* putPart(tx: KvTransaction, request: PutPartRequest, context: CommitContext): KvProgram<UploadedPart> {
  const { uploadId, partNumber, sizeBytes, etag, chunks, checksum, shared } = request;
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > PART_NUMBER_MAX)
    throw new CatalogError('InvalidRequest', `part number ${partNumber}: expected 1 to ${PART_NUMBER_MAX}`);
  const { bucket, upload } = yield* requireUpload(tx, request);
  checkAlgorithm(upload, checksum?.algorithm);
  if (shared !== undefined) yield* shareNeedles(tx, chunks, shared);
  const row = partKey(bucket.id, uploadId, partNumber);
  const before = yield* tx.get(row);
  if (before !== undefined) {
    const former = decodePartRecord(partNumber, before);
    yield* releaseNeedles(tx, { chunks: former.chunks, isShared: former.hasSharedNeedles }, context);
  }
  const part = {
    partNumber,
    sizeBytes,
    etag,
    lastModifiedMs: context.nowMs,
    ...(checksum === undefined ? {} : { checksum }),
  };
  tx.put(row, encodePartRecord({ ...part, chunks, hasSharedNeedles: shared !== undefined }));
  return part;
}

/** A part's checksum is of the upload's algorithm (s3.md rule 23). */
function checkAlgorithm({ checksumAlgorithm }: Upload, algorithm: ChecksumAlgorithm | undefined): void {
  if (checksumAlgorithm === undefined || algorithm === undefined || algorithm === checksumAlgorithm) return;
  throw new CatalogError(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${checksumAlgorithm.toLowerCase()}, ` +
      `actual checksum Type: ${algorithm.toLowerCase()}`,
  );
}
