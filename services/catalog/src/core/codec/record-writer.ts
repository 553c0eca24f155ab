/**
 * Writes records. Numbers are big-endian, so that bytes compare as numbers do. A text is its length in bytes (u16), then
 * UTF-8; a block is its length (u32), then bytes.
 */
const SCRATCH_BYTES = 16 * 1024;
const TEXT_BYTES_MAX = 0xffff;
const TWO_TO_32 = 0x1_0000_0000;

export class RecordWriter {
  #buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #at = 0;

  /** Begins a new record; what was written before is forgotten. */
  begin(): this {
    this.#at = 0;
    return this;
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#buffer[this.#at] = value;
    this.#at += 1;
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#at = this.#buffer.writeUInt16BE(value, this.#at);
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#at = this.#buffer.writeUInt32BE(value, this.#at);
    return this;
  }

  u48(value: number): this {
    this.#reserve(6);
    this.#at = this.#buffer.writeUIntBE(value, this.#at, 6);
    return this;
  }

  /** A whole number up to 2^53. */
  u64(value: number): this {
    this.#reserve(8);
    this.#buffer.writeUInt32BE(Math.floor(value / TWO_TO_32), this.#at);
    this.#at = this.#buffer.writeUInt32BE(value % TWO_TO_32, this.#at + 4);
    return this;
  }

  bigU64(value: bigint): this {
    this.#reserve(8);
    this.#at = this.#buffer.writeBigUInt64BE(value, this.#at);
    return this;
  }

  text(value: string): this {
    this.#reserve(2 + value.length * 3);
    const length = this.#buffer.write(value, this.#at + 2, 'utf8');
    if (length > TEXT_BYTES_MAX) throw new RangeError(`a text of ${length} bytes: at most ${TEXT_BYTES_MAX} fit`);
    this.#buffer.writeUInt16BE(length, this.#at);
    this.#at += 2 + length;
    return this;
  }

  block(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  hex(text: string, start: number, end: number): this {
    this.#reserve((end - start) >> 1);
    this.#at += this.#buffer.write(text.slice(start, end), this.#at, 'hex');
    return this;
  }

  /** Opens a block whose length is not known yet; gives what `closeBlock` wants. */
  openBlock(): number {
    this.u32(0);
    return this.#at;
  }

  closeBlock(opened: number): this {
    this.#buffer.writeUInt32BE(this.#at - opened, opened - 4);
    return this;
  }

  /** The record, in memory of its own. */
  finish(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#at));
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}

/** Encoding never yields, so one writer serves all. */
export const sharedWriter = new RecordWriter();
