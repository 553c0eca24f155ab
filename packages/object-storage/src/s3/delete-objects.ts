import { childrenOf, computeChecksum, textOf, writeDocument } from '@needlestack/s3-protocol';
import { DELETE_BATCH_MAX } from '../limits.ts';
import type { DeleteFailure } from '../object-storage.ts';
import { isObjectStorageError, ObjectStorageError } from '../object-storage-error.ts';
import { parseAnswer, readAnswer } from './answer-document.ts';
import { crc32cOf } from './object-headers.ts';
import type { S3Requests } from './s3-requests.ts';

/** Characters that a document of XML 1.0 cannot name; such keys go by a request of their own. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
const UNNAMEABLE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/;

/** A missing object is no error. */
export async function deleteObject(requests: S3Requests, key: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await requests.sendAndDrain({ operation: 'DeleteObject', method: 'DELETE', key }, signal);
  } catch (error) {
    if (!isObjectStorageError(error, 'not-found') || error.backendCode === 'NoSuchBucket') throw error;
  }
}

/** Whole keys, a thousand to a request. What could not be deleted is told, and does not stop the rest. */
export async function deleteObjects(
  requests: S3Requests,
  keys: Iterable<string> | AsyncIterable<string>,
  signal: AbortSignal | undefined,
): Promise<readonly DeleteFailure[]> {
  const failures: DeleteFailure[] = [];
  let batch: string[] = [];
  for await (const key of keys) {
    if (UNNAMEABLE.test(key)) {
      await deleteObject(requests, key, signal).catch((error: unknown) => {
        if (!isObjectStorageError(error)) throw error;
        failures.push({ key, backendCode: error.backendCode, message: error.message });
      });
      continue;
    }
    batch.push(key);
    if (batch.length < DELETE_BATCH_MAX) continue;
    failures.push(...(await deleteBatch(requests, batch, signal)));
    batch = [];
  }
  if (batch.length > 0) failures.push(...(await deleteBatch(requests, batch, signal)));
  return failures;
}

async function deleteBatch(
  requests: S3Requests,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly DeleteFailure[]> {
  const asked = { operation: 'DeleteObjects', key: keys[0] ?? '' };
  const bytes = Buffer.from(writeDocument('Delete', { Object: keys.map((Key) => ({ Key })), Quiet: 'true' }));
  const headers = {
    'content-type': 'application/xml',
    'content-md5': computeChecksum('MD5', bytes),
    'x-amz-sdk-checksum-algorithm': 'CRC32C',
    'x-amz-checksum-crc32c': crc32cOf(bytes),
  };
  return requests.retry(signal, async () => {
    const request = {
      ...asked,
      method: 'POST',
      query: { delete: '' },
      headers,
      body: { bytes },
      isOnBucket: true,
    } as const;
    const answer = await requests.sendOnce(request, signal);
    const result = parseAnswer(await readAnswer(answer, asked), 'DeleteResult', answer, asked);
    const errors = childrenOf(result, 'Error').map((element) => ({
      key: textOf(element, 'Key') ?? '',
      backendCode: textOf(element, 'Code') ?? '',
      message: textOf(element, 'Message') ?? '',
    }));
    // When all of it failed for want of time, the whole is tried again.
    const [first] = errors;
    if (
      errors.length === keys.length &&
      first !== undefined &&
      errors.every(({ backendCode }) => BUSY.has(backendCode))
    ) {
      throw new ObjectStorageError('throttled', first.backendCode, { ...asked, status: 503, ...first });
    }
    return errors.filter(({ backendCode }) => backendCode !== 'NoSuchKey');
  });
}

const BUSY: ReadonlySet<string> = new Set(['SlowDown', 'InternalError', 'ServiceUnavailable']);
