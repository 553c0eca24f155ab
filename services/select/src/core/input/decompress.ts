import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DECOMPRESSED_FREE_BYTES, DECOMPRESSION_RATIO_MAX, INPUT_CHUNK_BYTES } from '../limits.ts';
import type { Compression } from '../request/input-format.ts';
import { SelectFailure } from '../select-failure.ts';
import { bunzip2 } from './bzip2/bunzip2.ts';

const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The bytes behind the compression, members one after the other. Throws InvalidCompressionFormat when the first bytes are of no such
 * stream, TruncatedInput when it is cut or damaged or grows beyond all measure.
 */
export const decompress = (chunks: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> => {
  if (compression === 'NONE') return chunks;
  const progress: Progress = { readBytes: 0 };
  const counted = countRead(chunks, progress);
  return limitGrowth(compression === 'GZIP' ? gunzip(counted) : bunzip2(counted), progress);
};

interface Progress {
  readBytes: number;
}

async function* countRead(chunks: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    progress.readBytes += chunk.length;
    yield chunk;
  }
}

async function* limitGrowth(chunks: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  let writtenBytes = 0;
  for await (const chunk of chunks) {
    writtenBytes += chunk.length;
    if (writtenBytes > DECOMPRESSED_FREE_BYTES && writtenBytes > progress.readBytes * DECOMPRESSION_RATIO_MAX) {
      throw new SelectFailure(
        'TruncatedInput',
        `the object grows by more than ${DECOMPRESSION_RATIO_MAX} when decompressed`,
      );
    }
    yield chunk;
  }
}

async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: INPUT_CHUNK_BYTES });
  // Errors of either side end the iteration below; the callback has nothing to add.
  pipeline(Readable.from(checkMagic(chunks)), stream, () => {});
  try {
    for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw isZlibError(error) ? new SelectFailure('TruncatedInput', 'the GZIP stream is cut or damaged') : error;
  }
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

/** Throws InvalidCompressionFormat for bytes that begin differently, TruncatedInput when there are none. */
async function* checkMagic(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let readBytes = 0;
  for await (const chunk of chunks) {
    for (const [index, byte] of GZIP_MAGIC.entries()) {
      const at = index - readBytes;
      if (at >= 0 && at < chunk.length && chunk[at] !== byte) {
        throw new SelectFailure('InvalidCompressionFormat', 'the object does not begin like a GZIP stream');
      }
    }
    readBytes += chunk.length;
    yield chunk;
  }
  if (readBytes === 0) throw new SelectFailure('TruncatedInput', 'the object is empty, which is no GZIP stream');
}
