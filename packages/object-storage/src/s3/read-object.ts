import type { IncomingMessage } from 'node:http';
import { createChecksumHasher } from '@needlestack/s3-protocol';
import { BARREN_RESUMES_MAX } from '../limits.ts';
import type { CallOptions, ObjectBody, ObjectStat, RangeOptions } from '../object-storage.ts';
import { ObjectStorageError } from '../object-storage-error.ts';
import { isTransient } from '../retry.ts';
import { readInto, readPieces, wrongLength } from './body-pieces.ts';
import type { Asked } from './http-connections.ts';
import { quoteEtag, requireStat } from './object-headers.ts';
import type { S3Requests } from './s3-requests.ts';

const OPERATION = 'GetObject';
const CHECKSUM_MODE = { 'x-amz-checksum-mode': 'ENABLED' } as const;

/** The object as a stream that is resumed when it breaks off, and checked at its end. */
export async function openObject(requests: S3Requests, key: string, { signal }: CallOptions): Promise<ObjectBody> {
  const asked = { operation: OPERATION, key };
  const answer = await requests.send({ ...asked, method: 'GET', headers: CHECKSUM_MODE }, signal);
  try {
    const stat = requireStat(answer, asked);
    return { ...stat, bytes: readResumed(requests, key, answer, stat, signal) };
  } catch (error) {
    answer.destroy();
    throw error;
  }
}

/** Exactly these bytes. @throws ObjectStorageError `range-out-of-bounds` when the object ends before */
export async function readObjectRange(
  requests: S3Requests,
  key: string,
  startBytes: number,
  endBytes: number,
  { signal, into, ifMatch }: RangeOptions,
): Promise<Buffer> {
  const lengthBytes = endBytes - startBytes;
  if (lengthBytes <= 0) return Buffer.alloc(0);
  const target = into === undefined ? Buffer.allocUnsafe(lengthBytes) : into.subarray(0, lengthBytes);
  const asked = { operation: OPERATION, key };
  return requests.retry(signal, async () => {
    const answer = await openRange(requests, asked, startBytes, endBytes, ifMatch, signal);
    await readInto(answer, target, asked, signal);
    return target;
  });
}

/** A part of the object, by one request that is not tried again. Only the very range that was asked for is taken. */
async function openRange(
  requests: S3Requests,
  asked: Asked,
  startBytes: number,
  endBytes: number,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const headers: Record<string, string> = { range: `bytes=${startBytes}-${endBytes - 1}` };
  if (etag !== undefined) headers['if-match'] = quoteEtag(etag);
  const answer = await requests.sendOnce({ ...asked, method: 'GET', headers }, signal);
  const range = answer.headers['content-range'] ?? '';
  if (answer.statusCode === 206 && range.startsWith(`bytes ${startBytes}-${endBytes - 1}/`)) return answer;
  answer.destroy();
  // A shorter range begins where it should: the object ends before. Anything else is no answer to the question.
  const isShorter = answer.statusCode === 206 && range.startsWith(`bytes ${startBytes}-`);
  throw new ObjectStorageError(
    isShorter ? 'range-out-of-bounds' : 'backend',
    `asked for bytes ${startBytes}-${endBytes - 1}, got ${answer.statusCode} ${range === '' ? 'without a range' : range}`,
    { ...asked, status: answer.statusCode ?? 0 },
  );
}

async function* readResumed(
  requests: S3Requests,
  key: string,
  first: IncomingMessage,
  { sizeBytes, etag, checksum }: ObjectStat,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const asked = { operation: OPERATION, key };
  const hasher = checksum === undefined ? undefined : createChecksumHasher(checksum.algorithm);
  let answer = first;
  let read = 0;
  let barren = 0;
  while (true) {
    const before = read;
    try {
      for await (const piece of readPieces(answer, asked, signal)) {
        read += piece.length;
        if (read > sizeBytes) throw wrongLength(asked, read, sizeBytes);
        hasher?.update(piece);
        yield piece;
      }
      if (read === sizeBytes) break;
    } catch (error) {
      if (!isTransient(error) || read > sizeBytes) throw error;
    }
    barren = read === before ? barren + 1 : 0;
    if (barren > BARREN_RESUMES_MAX) throw wrongLength(asked, read, sizeBytes);
    const from = read;
    answer = await requests.retry(signal, () => openRange(requests, asked, from, sizeBytes, etag, signal));
  }
  if (hasher === undefined || checksum === undefined) return;
  const found = hasher.digest().toString('base64');
  if (found === checksum.value) return;
  throw new ObjectStorageError(
    'checksum-mismatch',
    `${checksum.algorithm} of the bytes is ${found}, the store says ${checksum.value}`,
    asked,
  );
}
