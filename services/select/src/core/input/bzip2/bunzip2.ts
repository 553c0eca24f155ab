/**
 * BZIP2 streams: `BZh`, a digit for the block size in units of 100,000 bytes, blocks, and the checksum of all at the end. The next
 * stream begins at the following byte.
 */
import { SelectFailure } from '../../select-failure.ts';
import { BitReader, BitsExhausted } from './bit-reader.ts';
import { combineChecksums } from './bzip2-checksum.ts';
import { Bzip2Damage } from './bzip2-damage.ts';
import { readBlock, readChecksum } from './read-block.ts';

const BLOCK_UNIT_BYTES = 100_000;
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;
/** A block of the largest size that does not compress at all is not larger. */
const BLOCK_ENCODED_MAX_BYTES = 2 * 1024 * 1024;

/** A block that was not all there is tried again when this much more has come: each try begins at the block's start. */
const RETRY_GROWTH = 1.5;

class Bzip2Decoder {
  readonly #reader = new BitReader();
  #retryAtBytes = 0;
  #blockMaxBytes = 0;
  #checksum = 0;
  #hasMembers = false;

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /** There is nothing more to come: what is there is all there will be. */
  finish(): void {
    this.#retryAtBytes = 0;
  }

  /** Nothing of a stream is open. */
  get isBetweenMembers(): boolean {
    return this.#blockMaxBytes === 0 && this.#reader.remainingBytes === 0 && this.#hasMembers;
  }

  /** The bytes of all blocks that are there. */
  *blocks(): Generator<Uint8Array> {
    // The end of the bytes between two streams is no reason to ask for a header.
    while (!this.isBetweenMembers) {
      const bytes = this.#next();
      if (bytes === undefined) return;
      if (bytes.length > 0) yield bytes;
    }
  }

  /** The next block's bytes, empty for the end of a stream; undefined when more bytes are needed. */
  #next(): Uint8Array | undefined {
    const { mark, remainingBytes } = this.#reader;
    if (remainingBytes < this.#retryAtBytes) return undefined;
    this.#retryAtBytes = 0;
    try {
      return this.#blockMaxBytes === 0 ? this.#readHeader() : this.#readSection();
    } catch (error) {
      if (!(error instanceof BitsExhausted)) throw error;
      this.#reader.returnTo(mark);
      if (remainingBytes > BLOCK_ENCODED_MAX_BYTES) throw new Bzip2Damage('a block without an end');
      this.#retryAtBytes = remainingBytes * RETRY_GROWTH;
      return undefined;
    }
  }

  #readHeader(): Uint8Array {
    const reader = this.#reader;
    const mark = reader.bits(24);
    const level = reader.bits(8) - 48;
    if (mark !== 0x425a68 || level < 1 || level > 9) {
      throw this.#hasMembers
        ? new Bzip2Damage('bytes after the stream')
        : new SelectFailure('InvalidCompressionFormat', 'the object does not begin like a BZIP2 stream');
    }
    this.#blockMaxBytes = level * BLOCK_UNIT_BYTES;
    this.#checksum = 0;
    this.#hasMembers = true;
    return new Uint8Array(0);
  }

  #readSection(): Uint8Array {
    const reader = this.#reader;
    const first = reader.bits(24);
    const second = reader.bits(24);
    if (first === BLOCK_MAGIC[0] && second === BLOCK_MAGIC[1]) {
      const block = readBlock(reader, this.#blockMaxBytes);
      this.#checksum = combineChecksums(this.#checksum, block.checksum);
      return block.bytes;
    }
    if (first !== END_MAGIC[0] || second !== END_MAGIC[1]) throw new Bzip2Damage('neither a block nor the end');
    if (readChecksum(reader) !== this.#checksum) throw new Bzip2Damage('a stream with a wrong checksum');
    reader.alignToByte();
    this.#blockMaxBytes = 0;
    return new Uint8Array(0);
  }
}

/** The bytes behind the compression. Throws InvalidCompressionFormat for the first bytes, TruncatedInput for damage and cuts. */
export async function* bunzip2(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new Bzip2Decoder();
  try {
    for await (const chunk of chunks) {
      decoder.push(chunk);
      yield* decoder.blocks();
    }
    decoder.finish();
    yield* decoder.blocks();
    if (!decoder.isBetweenMembers) throw new Bzip2Damage('a stream that is cut');
  } catch (error) {
    throw error instanceof Bzip2Damage ? new SelectFailure('TruncatedInput', `BZIP2: ${error.message}`) : error;
  }
}
