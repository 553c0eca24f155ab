/** Checks the parts that a client names for an upload against those that are there (s3.md rules 33 and 34). */
import { CatalogError, type CompleteUploadRequest } from '@needlestack/service-contracts';
import type { StoredPart } from '../codec/part-record.ts';
import { PART_BYTES_MIN } from '../limits.ts';

type NamedPart = CompleteUploadRequest['parts'][number];

function invalidPart(named: NamedPart, uploadId: string, message: string): CatalogError {
  return new CatalogError('InvalidPart', message, {
    UploadId: uploadId,
    PartNumber: String(named.partNumber),
    ETag: named.etag,
  });
}

function choosePart(named: NamedPart, stored: StoredPart | undefined, uploadId: string): StoredPart {
  if (stored === undefined) throw invalidPart(named, uploadId, `part ${named.partNumber} was not uploaded`);
  if (stored.etag !== named.etag) throw invalidPart(named, uploadId, `part ${named.partNumber} has another ETag`);
  if (named.checksum !== undefined && named.checksum !== stored.checksum?.value)
    throw invalidPart(named, uploadId, `part ${named.partNumber} has another checksum`);
  return stored;
}

/** CatalogError `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`, `InvalidRequest`. */
export function chooseParts(request: CompleteUploadRequest, stored: readonly StoredPart[]): StoredPart[] {
  if (request.parts.length === 0) throw new CatalogError('InvalidRequest', 'a list of no parts');
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  let before = 0;
  for (const { partNumber } of request.parts) {
    if (partNumber <= before)
      throw new CatalogError('InvalidPartOrder', `part ${partNumber} after part ${before}`, {
        UploadId: request.uploadId,
      });
    before = partNumber;
  }
  const chosen = request.parts.map((part) => choosePart(part, byNumber.get(part.partNumber), request.uploadId));
  for (const part of chosen.slice(0, -1))
    if (part.sizeBytes < PART_BYTES_MIN)
      throw new CatalogError('EntityTooSmall', `part ${part.partNumber} has ${part.sizeBytes} bytes`, {
        PartNumber: String(part.partNumber),
        ETag: part.etag,
        ProposedSize: String(part.sizeBytes),
        MinSizeAllowed: String(PART_BYTES_MIN),
      });
  const sizeBytes = chosen.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (request.expectedSizeBytes !== undefined && request.expectedSizeBytes !== sizeBytes)
    throw new CatalogError(
      'InvalidRequest',
      `the parts have ${sizeBytes} bytes together, not ${request.expectedSizeBytes} as x-amz-mp-object-size says`,
    );
  return chosen;
}
