/**
 * Chunks of an object in order, 24 bytes each, up to the end of the block:
 * u32 volume | u64 needle key | u32 cookie | u32 size in bytes | u32 CRC32C
 */
import type { Chunk } from '@needlestack/service-contracts';
import { RecordError } from './record-error.ts';
import type { RecordWriter } from './record-writer.ts';

const CHUNK_BYTES = 24;

export function writeChunks(writer: RecordWriter, chunks: readonly Chunk[]): void {
  for (const chunk of chunks)
    writer.u32(chunk.volumeId).bigU64(chunk.needleKey).u32(chunk.cookie).u32(chunk.sizeBytes).u32(chunk.crc32c);
}

export function readChunks(block: Buffer): Chunk[] {
  if (block.length % CHUNK_BYTES !== 0)
    throw new RecordError(`a chunk list of ${block.length} bytes: expected a multiple of ${CHUNK_BYTES}`);
  const chunks: Chunk[] = [];
  for (let at = 0; at < block.length; at += CHUNK_BYTES)
    chunks.push({
      volumeId: block.readUInt32BE(at),
      needleKey: block.readBigUInt64BE(at + 4),
      cookie: block.readUInt32BE(at + 12),
      sizeBytes: block.readUInt32BE(at + 16),
      crc32c: block.readUInt32BE(at + 20),
    });
  return chunks;
}
