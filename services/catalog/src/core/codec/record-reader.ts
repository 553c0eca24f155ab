import { RecordError } from './record-error.ts';

const TWO_TO_32 = 0x1_0000_0000;

/** Reads what RecordWriter wrote. Bytes from disk are input: reading past the end is a RecordError, never a short answer. */
export class RecordReader {
  readonly #record: Buffer;
  readonly #end: number;
  #at: number;

  constructor(record: Buffer, start = 0, end = record.length) {
    this.#record = record;
    this.#at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  get leftBytes(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#record.readUInt8(this.#take(1));
  }

  u16(): number {
    return this.#record.readUInt16BE(this.#take(2));
  }

  u32(): number {
    return this.#record.readUInt32BE(this.#take(4));
  }

  u48(): number {
    return this.#record.readUIntBE(this.#take(6), 6);
  }

  u64(): number {
    const at = this.#take(8);
    return this.#record.readUInt32BE(at) * TWO_TO_32 + this.#record.readUInt32BE(at + 4);
  }

  bigU64(): bigint {
    return this.#record.readBigUInt64BE(this.#take(8));
  }

  text(): string {
    const length = this.u16();
    const at = this.#take(length);
    return this.#record.toString('utf8', at, at + length);
  }

  /** A view into the record. */
  block(): Buffer {
    return this.raw(this.u32());
  }

  /** A reader of a block alone. */
  section(): RecordReader {
    const length = this.u32();
    const at = this.#take(length);
    return new RecordReader(this.#record, at, at + length);
  }

  /** A view into the record. */
  raw(length: number): Buffer {
    const at = this.#take(length);
    return this.#record.subarray(at, at + length);
  }

  hex(length: number): string {
    const at = this.#take(length);
    return this.#record.toString('hex', at, at + length);
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#end)
      throw new RecordError(`a record of ${this.#end} bytes ends within a field of ${bytes} at ${at}`);
    this.#at = at + bytes;
    return at;
  }
}
