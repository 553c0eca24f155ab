import { VolumeError } from '@needlestack/service-contracts';

/** A file that lies in several needles. Its own needle holds this as JSON, under a flag. */
export interface ChunkManifest {
  readonly name: string;
  readonly mime: string;
  /** As the writer announced it; what a read gives is the sum of the chunks. */
  readonly sizeBytes: number;
  /** By ascending offset. */
  readonly chunks: readonly Chunk[];
}

export interface Chunk {
  /** As text: it may name a needle of any volume, or nothing. */
  readonly fileId: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** Bytes of one chunk that a read needs. */
export interface ChunkSlice {
  readonly chunk: Chunk;
  readonly startBytes: number;
  readonly lengthBytes: number;
}

/** Far more than any uploader makes; a larger list is no manifest. */
const CHUNKS_MAX = 1_000_000;

/** @throws VolumeError `invalid-argument` when the text is no manifest */
export function parseChunkManifest(text: string): ChunkManifest {
  const value = parseObject(text);
  const chunks = value.chunks ?? [];
  if (!Array.isArray(chunks) || chunks.length > CHUNKS_MAX) throw invalid('its chunks are no list');
  return {
    name: typeof value.name === 'string' ? value.name : '',
    mime: typeof value.mime === 'string' ? value.mime : '',
    sizeBytes: value.size === undefined ? 0 : readBytes(value.size, 'size'),
    chunks: chunks.map(parseChunk).sort((a, b) => a.offsetBytes - b.offsetBytes),
  };
}

/** Length of what a read of the whole gives. */
export function sumChunks(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Which bytes of which chunks make up a stretch. Chunks follow each other without holes, whatever their offsets say. */
export function planChunks(chunks: readonly Chunk[], startBytes: number, lengthBytes: number): readonly ChunkSlice[] {
  const slices: ChunkSlice[] = [];
  const endBytes = startBytes + lengthBytes;
  let position = 0;
  for (const chunk of chunks) {
    const from = Math.max(startBytes, position);
    const to = Math.min(endBytes, position + chunk.sizeBytes);
    if (to > from) slices.push({ chunk, startBytes: from - position, lengthBytes: to - from });
    position += chunk.sizeBytes;
  }
  return slices;
}

function parseChunk(value: unknown): Chunk {
  if (typeof value !== 'object' || value === null) throw invalid('a chunk is no object');
  const { fid, offset = 0, size = 0 } = value as Record<string, unknown>;
  if (typeof fid !== 'string') throw invalid('a chunk has no fid');
  return { fileId: fid, offsetBytes: readBytes(offset, 'offset'), sizeBytes: readBytes(size, 'size') };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('it is no object');
  return { ...value };
}

function readBytes(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(`${field} is ${JSON.stringify(value)}, expected a number of bytes`);
}

function invalid(why: string): VolumeError {
  return new VolumeError('invalid-argument', `not a chunk manifest: ${why}`);
}
