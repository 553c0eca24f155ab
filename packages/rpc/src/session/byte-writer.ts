const SLAB_BYTES = 64 * 1024;
const GROWTH = 2;

/**
 * Appends little-endian values to a growing buffer. `take` hands out what was written since the last take without
 * copying; the handed-out part is never written again.
 */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(SLAB_BYTES);
  #start = 0;
  #end = 0;

  /** Bytes written since the last take. */
  get sizeBytes(): number {
    return this.#end - this.#start;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#end] = value;
    this.#end += 1;
  }

  u16(value: number): void {
    this.#reserve(2);
    this.#end = this.#buffer.writeUInt16LE(value, this.#end);
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#end = this.#buffer.writeUInt32LE(value, this.#end);
  }

  u48(value: number): void {
    this.#reserve(6);
    this.#end = this.#buffer.writeUIntLE(value, this.#end, 6);
  }

  u64(value: bigint): void {
    this.#reserve(8);
    this.#end = this.#buffer.writeBigUInt64LE(value, this.#end);
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#end = this.#buffer.writeDoubleLE(value, this.#end);
  }

  /** Bytes alone; the reader must know how many. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** A u32 length and the bytes. */
  bytes(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /** A u32 length and the text in UTF-8. */
  text(text: string): void {
    const at = this.#end - this.#start;
    this.u32(0);
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    this.#reserve(text.length * 3);
    const sizeBytes = this.#buffer.write(text, this.#end, 'utf8');
    this.#end += sizeBytes;
    this.patchU32(at, sizeBytes);
  }

  /** Overwrites a u32 at an offset counted from the last take. */
  patchU32(offsetBytes: number, value: number): void {
    this.#buffer.writeUInt32LE(value, this.#start + offsetBytes);
  }

  /** Drops what was written past a size counted from the last take. */
  truncate(sizeBytes: number): void {
    this.#end = Math.min(this.#end, this.#start + sizeBytes);
  }

  take(): Buffer {
    const taken = this.#buffer.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return taken;
  }

  /** Room that it has without growing. */
  get capacityBytes(): number {
    return this.#buffer.length;
  }

  /** Writes over everything again, also over what was taken: only when nobody reads that any more. */
  reuse(): void {
    this.#start = 0;
    this.#end = 0;
  }

  #reserve(sizeBytes: number): void {
    if (this.#end + sizeBytes <= this.#buffer.length) return;
    const pendingBytes = this.#end - this.#start;
    const wantedBytes = pendingBytes + sizeBytes;
    const grown = Buffer.allocUnsafe(pendingBytes === 0 ? Math.max(SLAB_BYTES, wantedBytes) : wantedBytes * GROWTH);
    grown.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = grown;
    this.#start = 0;
    this.#end = pendingBytes;
  }
}
