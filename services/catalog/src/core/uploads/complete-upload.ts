import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type CompletedUpload,
  type CompleteUploadRequest,
  type NewObjectVersion,
  type ObjectChecksum,
  type Upload,
} from '@needlestack/service-contracts';
import { decodeCompletedUploadRecord, encodeCompletedUploadRecord } from '../codec/completed-upload-record.ts';
import type { StoredPart } from '../codec/part-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { completedUploadKey, isUploadId } from '../keys.ts';
import { addVersion } from '../objects/add-version.ts';
import { checkEventName } from '../objects/check-event-name.ts';
import { checkRepeatedComplete } from './check-repeated-complete.ts';
import { chooseParts } from './choose-parts.ts';
import { dropUpload } from './drop-upload.ts';
import { multipartChecksum, multipartEtag } from './multipart-digest.ts';
import { readParts } from './read-parts.ts';
import { findUpload, noSuchUpload } from './require-upload.ts';

function checkExpected(expected: ObjectChecksum | undefined, computed: ObjectChecksum | undefined): void {
  if (expected === undefined) return;
  const isSame = computed?.algorithm === expected.algorithm && bareValue(computed.value) === bareValue(expected.value);
  if (!isSame)
    throw new CatalogError('InvalidRequest', `the ${expected.algorithm} checksum of the whole is another`, {
      ComputedChecksum: computed?.value ?? '',
    });
}

/** Clients give the checksum of a composite with or without the number of its parts. */
const bareValue = (checksum: string): string => checksum.replace(/-[0-9]+$/, '');

function checkType(
  { expectedChecksumType: expected }: CompleteUploadRequest,
  actual: ObjectChecksum['type'] | undefined,
): void {
  if (expected !== undefined && actual !== undefined && expected !== actual)
    throw new CatalogError(
      'InvalidRequest',
      `The upload was created using the ${actual} checksum mode. The complete request must use the same checksum mode.`,
    );
}

function assembleVersion(
  upload: Upload,
  parts: readonly StoredPart[],
  checksum: ObjectChecksum | undefined,
): NewObjectVersion {
  return {
    ...upload.template,
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    etag: multipartEtag(parts),
    chunks: parts.flatMap((part) => part.chunks),
    ...(checksum === undefined ? {} : { checksum }),
    parts: parts.map(({ partNumber, sizeBytes, checksum: own }) =>
      own !== undefined && own.algorithm === checksum?.algorithm
        ? { partNumber, sizeBytes, checksum: own.value }
        : { partNumber, sizeBytes },
    ),
  };
}

/**
 * Joins the chunk lists of the named parts into one object, in one transaction. Asked for the same again, it gives the same answer for as
 * long as that is remembered, whatever became of the object and of the condition. CatalogError `NoSuchBucket`, `NoSuchUpload`, those of chooseParts and of addVersion.
 */
export function* completeUpload(
  tx: KvTransaction,
  request: CompleteUploadRequest,
  context: CommitContext,
): KvProgram<CompletedUpload> {
  const { key, uploadId, condition, event } = request;
  checkEventName(event);
  const { bucket, upload } = yield* findUpload(tx, request);
  if (upload === undefined) {
    const row = isUploadId(uploadId) ? yield* tx.get(completedUploadKey(bucket.id, uploadId)) : undefined;
    const remembered = row === undefined ? undefined : decodeCompletedUploadRecord(row);
    if (remembered?.key !== key) throw noSuchUpload(uploadId);
    const { answer } = remembered;
    checkRepeatedComplete(request, answer);
    checkType(request, answer.checksum?.type);
    checkExpected(request.expectedChecksum, answer.checksum);
    return answer;
  }
  const all = yield* readParts(tx, bucket.id, uploadId);
  const chosen = chooseParts(request, all);
  const checksum = multipartChecksum(upload, chosen);
  checkType(request, checksum?.type ?? upload.checksumType);
  checkExpected(request.expectedChecksum, checksum);
  const version = assembleVersion(upload, chosen, checksum);
  const hasSharedNeedles = chosen.some((part) => part.hasSharedNeedles);
  const committed = yield* addVersion(tx, { bucket, key, version, condition, event, hasSharedNeedles }, context);
  const taken = new Set(chosen.map((part) => part.partNumber));
  yield* dropUpload(tx, { bucketId: bucket.id, key, uploadId }, { all, taken }, context);
  const answer = {
    ...committed,
    etag: version.etag,
    sizeBytes: version.sizeBytes,
    ...(checksum === undefined ? {} : { checksum }),
    parts: version.parts ?? [],
  };
  tx.put(completedUploadKey(bucket.id, uploadId), encodeCompletedUploadRecord({ key, answer }));
  return answer;
}
