import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type PutPartRequest, type UploadedPart } from '@needlestack/service-contracts';
import { decodePartRecord, encodePartRecord } from '../codec/part-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { addGarbage } from '../garbage/add-garbage.ts';
import { partKey } from '../keys.ts';
import { PART_NUMBER_MAX } from '../limits.ts';
import { requireUpload } from './require-upload.ts';

/** A part put again replaces the former one. CatalogError `NoSuchBucket`, `NoSuchUpload`, `InvalidRequest`. */
export function* putPart(tx: KvTransaction, request: PutPartRequest, context: CommitContext): KvProgram<UploadedPart> {
  const { uploadId, partNumber, sizeBytes, etag, chunks, checksum } = request;
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > PART_NUMBER_MAX)
    throw new CatalogError('InvalidRequest', `part number ${partNumber}: expected 1 to ${PART_NUMBER_MAX}`);
  const { bucket } = yield* requireUpload(tx, request);
  const row = partKey(bucket.id, uploadId, partNumber);
  const before = yield* tx.get(row);
  if (before !== undefined) addGarbage(tx, decodePartRecord(partNumber, before).chunks, context.nowMs);
  const part = {
    partNumber,
    sizeBytes,
    etag,
    lastModifiedMs: context.nowMs,
    ...(checksum === undefined ? {} : { checksum }),
  };
  tx.put(row, encodePartRecord({ ...part, chunks }));
  return part;
}
