import { PART_BYTES_MIN, PARTS_MAX } from './limits.ts';
import type { CompletedPart } from './object-storage.ts';
import { ObjectStorageError } from './object-storage-error.ts';

/** @throws ObjectStorageError `too-many-parts` */
export function checkPartNumber(partNumber: number, key: string): void {
  if (Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= PARTS_MAX) return;
  throw new ObjectStorageError('too-many-parts', `part ${partNumber}, expected 1 to ${PARTS_MAX}`, {
    operation: 'UploadPart',
    key,
  });
}

/**
 * The rules of S3 for the parts of a Complete, for storages that have to keep them themselves.
 * @param findStored the part that was sent under a number
 * @throws ObjectStorageError `backend` (InvalidPart, InvalidPartOrder), `part-size-too-small`
 */
export function checkParts(
  parts: readonly CompletedPart[],
  findStored: (partNumber: number) => Pick<CompletedPart, 'etag' | 'sizeBytes'> | undefined,
  key: string,
): void {
  const refuse = (code: 'backend' | 'part-size-too-small', backendCode: string, message: string): never => {
    throw new ObjectStorageError(code, message, { operation: 'CompleteMultipartUpload', key, backendCode });
  };
  if (parts.length === 0) refuse('backend', 'MalformedXML', 'no part is named');
  for (const [index, { partNumber, etag }] of parts.entries()) {
    const before = parts[index - 1]?.partNumber ?? 0;
    if (partNumber <= before) refuse('backend', 'InvalidPartOrder', `part ${partNumber} comes after part ${before}`);
    const stored = findStored(partNumber);
    if (stored?.etag !== etag) {
      refuse('backend', 'InvalidPart', `part ${partNumber} has the ETag ${stored?.etag ?? '(none)'}, not ${etag}`);
    } else if (index < parts.length - 1 && stored.sizeBytes < PART_BYTES_MIN) {
      const message = `part ${partNumber} has ${stored.sizeBytes} bytes, expected ${PART_BYTES_MIN} or more`;
      refuse('part-size-too-small', 'EntityTooSmall', message);
    }
  }
}
