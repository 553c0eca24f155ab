/**
 * Chunks of an object in order, 24 bytes each, up to the end of the block:
 * u32 volume | u64 needle key | u32 cookie | u32 size in bytes | u32 CRC32C
 */
import type { Chunk } from '@needlestack/service-contracts';
import { RecordError } from './record-error.ts';
import type { RecordReader } from './record-reader.ts';
import { type RecordWriter, sharedWriter } from './record-writer.ts';

const CHUNK_BYTES = 24;

export function writeChunks(writer: RecordWriter, chunks: readonly Chunk[]): void {
  for (const chunk of chunks)
    writer.u32(chunk.volumeId).bigU64(chunk.needleKey).u32(chunk.cookie).u32(chunk.sizeBytes).u32(chunk.crc32c);
}

export function readChunks(block: RecordReader): Chunk[] {
  if (block.leftBytes % CHUNK_BYTES !== 0)
    throw new RecordError(`a chunk list of ${block.leftBytes} bytes: expected a multiple of ${CHUNK_BYTES}`);
  const chunks: Chunk[] = [];
  while (!block.isAtEnd)
    chunks.push({
      volumeId: block.u32(),
      needleKey: block.bigU64(),
      cookie: block.u32(),
      sizeBytes: block.u32(),
      crc32c: block.u32(),
    });
  return chunks;
}

/** A chunk list that is no part of a record. */
export function encodeChunks(chunks: readonly Chunk[]): Buffer {
  const writer = sharedWriter.begin();
  writeChunks(writer, chunks);
  return writer.finish();
}
