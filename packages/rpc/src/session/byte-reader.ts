import { RpcError } from '../rpc-error.ts';

/** Reads little-endian values, bounded: an overrun throws RpcError `data-loss` naming offset and bound. */
export class ByteReader {
  readonly #buffer: Buffer;
  readonly #end: number;
  #offset: number;

  constructor(buffer: Buffer, start = 0, end: number = buffer.length) {
    this.#buffer = buffer;
    this.#offset = start;
    this.#end = end;
  }

  get remainingBytes(): number {
    return this.#end - this.#offset;
  }

  u8(): number {
    return this.#buffer[this.#advance(1)] ?? 0;
  }

  u16(): number {
    return this.#buffer.readUInt16LE(this.#advance(2));
  }

  u32(): number {
    return this.#buffer.readUInt32LE(this.#advance(4));
  }

  u48(): number {
    return this.#buffer.readUIntLE(this.#advance(6), 6);
  }

  u64(): bigint {
    return this.#buffer.readBigUInt64LE(this.#advance(8));
  }

  f64(): number {
    return this.#buffer.readDoubleLE(this.#advance(8));
  }

  /** A view on the frame, not a copy: keep it only as long as the whole frame may live. */
  raw(sizeBytes: number): Buffer {
    const start = this.#advance(sizeBytes);
    return this.#buffer.subarray(start, start + sizeBytes);
  }

  /** What a u32 length and that many bytes hold; a view, not a copy. */
  bytes(): Buffer {
    return this.raw(this.u32());
  }

  text(): string {
    const sizeBytes = this.u32();
    const start = this.#advance(sizeBytes);
    return this.#buffer.toString('utf8', start, start + sizeBytes);
  }

  /** A reader of the next bytes, which this one skips. */
  slice(sizeBytes: number): ByteReader {
    const start = this.#advance(sizeBytes);
    return new ByteReader(this.#buffer, start, start + sizeBytes);
  }

  #advance(sizeBytes: number): number {
    const start = this.#offset;
    if (start + sizeBytes > this.#end) {
      throw new RpcError('data-loss', `record ends at byte ${this.#end}, but ${sizeBytes} are wanted at ${start}`);
    }
    this.#offset = start + sizeBytes;
    return start;
  }
}
