/** Checks a Complete of a finished upload against what was completed: who asks for something else must not be told that it was done. */
import { CatalogError, type CompletedUpload, type CompleteUploadRequest } from '@needlestack/service-contracts';
import { checkPartOrder, checkTotalSize, invalidPart } from './choose-parts.ts';
import { multipartEtag } from './multipart-digest.ts';

const PART_ETAG = /^[0-9a-f]{32}$/;

/**
 * The ETags of the parts are not remembered one by one; the one of the whole is made of them. CatalogError `InvalidPart`,
 * `InvalidPartOrder`, `InvalidRequest`.
 */
export function checkRepeatedComplete(request: CompleteUploadRequest, answer: CompletedUpload): void {
  const { parts: named, uploadId } = request;
  checkPartOrder(request);
  const remembered = new Map(answer.parts.map((part) => [part.partNumber, part]));
  for (const part of named) {
    const stored = remembered.get(part.partNumber);
    if (stored === undefined || !PART_ETAG.test(part.etag))
      throw invalidPart(part, uploadId, `the object was completed without such a part ${part.partNumber}`);
    if (part.checksum !== undefined && part.checksum !== stored.checksum)
      throw invalidPart(part, uploadId, `part ${part.partNumber} has another checksum`);
  }
  const [only] = named;
  if (named.length !== answer.parts.length || multipartEtag(named) !== answer.etag) {
    const message = 'the object was completed with other parts';
    if (only !== undefined && answer.parts.length === 1) throw invalidPart(only, uploadId, message);
    throw new CatalogError('InvalidPart', message, { UploadId: uploadId });
  }
  checkTotalSize(request, answer.sizeBytes);
}
