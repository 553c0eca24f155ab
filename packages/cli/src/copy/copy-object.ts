import { createHash } from 'node:crypto';
import {
  BufferedMultipartWriter,
  type ObjectBody,
  type ObjectStorage,
  ObjectStorageError,
  type WriteOptions,
  type WrittenObject,
} from '@needlestack/object-storage';
import { computeChecksum, createChecksumHasher } from '@needlestack/s3-protocol';
import type { ConfirmedObject } from './copy-manifest.ts';

export interface CopyPlaces {
  readonly source: ObjectStorage;
  readonly target: ObjectStorage;
}

/** How the target was found to hold what was read: by its checksum, its ETag, or by reading it again. */
export type Comparison = 'checksum' | 'etag' | 'read-back';

export interface CopiedObject extends ConfirmedObject {
  readonly comparison: Comparison;
}

/** Bytes that are on their way, for progress. */
export type OnBytes = (bytes: number) => void;

/** Copies an object that fits into memory. @throws ObjectStorageError, also `checksum-mismatch` when the target holds something else */
export async function copyWhole(
  { source, target }: CopyPlaces,
  key: string,
  onBytes: OnBytes,
  signal: AbortSignal,
): Promise<CopiedObject> {
  const body = await source.get(key, { signal });
  const pieces: Buffer[] = [];
  for await (const piece of body.bytes) {
    pieces.push(piece);
    onBytes(piece.length);
  }
  const bytes = Buffer.concat(pieces);
  const crc32c = computeChecksum('CRC32C', bytes);
  const written = await target.put(key, bytes, writeOptions(body, signal));
  const isMd5 = written.etag === createHash('md5').update(bytes).digest('hex');
  const comparison = isMd5 ? 'etag' : await compare(target, key, written, crc32c, signal);
  return { key, etag: body.etag, sizeBytes: bytes.length, crc32c, comparison };
}

/** Copies an object of any length in parts. @throws as copyWhole; nothing is left at the target then */
export async function copyInParts(
  { source, target }: CopyPlaces,
  key: string,
  onBytes: OnBytes,
  signal: AbortSignal,
): Promise<CopiedObject> {
  const body = await source.get(key, { signal });
  const options = { ...writeOptions(body, signal), expectedBytes: body.sizeBytes, ackAfterUpload: false };
  await using writer = new BufferedMultipartWriter(target, key, options);
  const hasher = createChecksumHasher('CRC32C');
  for await (const piece of body.bytes) {
    hasher.update(piece);
    await writer.append(piece);
    onBytes(piece.length);
  }
  const written = await writer.seal();
  const crc32c = hasher.digest().toString('base64');
  const comparison = await compare(target, key, written, crc32c, signal);
  return { key, etag: body.etag, sizeBytes: body.sizeBytes, crc32c, comparison };
}

function writeOptions(
  { attributes }: ObjectBody,
  signal: AbortSignal,
): WriteOptions & { readonly signal: AbortSignal } {
  return { attributes, signal };
}

/** Asks the target for its checksum of what it holds; a store that keeps none is read. */
async function compare(
  target: ObjectStorage,
  key: string,
  written: WrittenObject,
  crc32c: string,
  signal: AbortSignal,
): Promise<Comparison> {
  const { checksum, sizeBytes, etag } = await target.head(key, { signal });
  requireSame('size', String(sizeBytes), String(written.sizeBytes), key);
  requireSame('ETag', etag, written.etag, key);
  if (checksum?.algorithm === 'CRC32C') {
    requireSame('CRC32C', checksum.value, crc32c, key);
    return 'checksum';
  }
  const hasher = createChecksumHasher('CRC32C');
  for await (const piece of (await target.get(key, { signal })).bytes) hasher.update(piece);
  requireSame('CRC32C', hasher.digest().toString('base64'), crc32c, key);
  return 'read-back';
}

function requireSame(what: string, found: string, expected: string, key: string): void {
  if (found === expected) return;
  const message = `the target has the ${what} ${found}, expected ${expected}`;
  throw new ObjectStorageError('checksum-mismatch', message, { operation: 'copy', key });
}
