import type { ByteRange, Chunk, ReadableObject } from '@needlestack/service-contracts';

/** The piece of one chunk that a read wants. */
export interface ChunkExtent {
  readonly chunk: Chunk;
  readonly offsetInChunkBytes: number;
  readonly lengthBytes: number;
}

/** Which chunks a range touches, in order, and what of each. Pure; the range must lie within the object. */
export function planRead(object: ReadableObject, range: ByteRange): ChunkExtent[] {
  const endBytes = range.offsetBytes + range.lengthBytes;
  if (range.offsetBytes < 0 || range.lengthBytes < 0 || endBytes > object.sizeBytes) {
    throw new RangeError(`bytes ${range.offsetBytes}..${endBytes} asked of an object of ${object.sizeBytes} bytes`);
  }
  const extents: ChunkExtent[] = [];
  let chunkStartBytes = 0;
  for (const chunk of object.chunks) {
    const chunkEndBytes = chunkStartBytes + chunk.sizeBytes;
    const from = Math.max(range.offsetBytes, chunkStartBytes);
    const to = Math.min(endBytes, chunkEndBytes);
    if (from < to) extents.push({ chunk, offsetInChunkBytes: from - chunkStartBytes, lengthBytes: to - from });
    if (chunkEndBytes >= endBytes) return extents;
    chunkStartBytes = chunkEndBytes;
  }
  if (endBytes > chunkStartBytes)
    throw new RangeError(`chunks end at ${chunkStartBytes}, the object at ${object.sizeBytes}`);
  return extents;
}
