/** Checks the parts that a client names for an upload against those that are there (s3.md rules 33 and 34). */
import { CatalogError, type CompleteUploadRequest } from '@needlestack/service-contracts';
import type { StoredPart } from '../codec/part-record.ts';
import { PART_BYTES_MIN } from '../limits.ts';

type NamedPart = CompleteUploadRequest['parts'][number];

export function invalidPart(named: NamedPart, uploadId: string, message: string): CatalogError {
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

/** CatalogError `InvalidPartOrder`, `InvalidRequest` for no parts at all. */
export function checkPartOrder(request: CompleteUploadRequest): void {
  if (request.parts.length === 0) throw new CatalogError('InvalidRequest', 'a list of no parts');
  let before = 0;
  for (const { partNumber } of request.parts) {
    if (partNumber <= before)
      throw new CatalogError('InvalidPartOrder', `part ${partNumber} after part ${before}`, {
        UploadId: request.uploadId,
      });
    before = partNumber;
  }
}

/** CatalogError `InvalidRequest` when the request expects another size. */
export function checkTotalSize({ expectedSizeBytes }: CompleteUploadRequest, sizeBytes: number): void {
  if (expectedSizeBytes === undefined || expectedSizeBytes === sizeBytes) return;
  throw new CatalogError(
    'InvalidRequest',
    `the parts have ${sizeBytes} bytes together, not ${expectedSizeBytes} as x-amz-mp-object-size says`,
  );
}

/** CatalogError `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`, `InvalidRequest`. */
export function chooseParts(request: CompleteUploadRequest, stored: readonly StoredPart[]): StoredPart[] {
  checkPartOrder(request);
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const chosen = request.parts.map((part) => choosePart(part, byNumber.get(part.partNumber), request.uploadId));
  for (const part of chosen.slice(0, -1))
    if (part.sizeBytes < PART_BYTES_MIN)
      throw new CatalogError('EntityTooSmall', `part ${part.partNumber} has ${part.sizeBytes} bytes`, {
        PartNumber: String(part.partNumber),
        ETag: part.etag,
        ProposedSize: String(part.sizeBytes),
        MinSizeAllowed: String(PART_BYTES_MIN),
      });
  checkTotalSize(
    request,
    chosen.reduce((sum, part) => sum + part.sizeBytes, 0),
  );
  return chosen;
}
