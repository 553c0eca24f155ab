/** Thrown when the bits at hand end before what is being read; there may be more to come. */
export class BitsExhausted extends Error {}

/** Bits of a byte queue, the highest of each byte first. A read that fails can be taken back by its mark. */
export class BitReader {
  #bytes: Uint8Array = new Uint8Array(0);
  /** In bits from the first byte held. */
  #position = 0;

  /** A place to come back to; it is void once bytes are dropped or added. */
  get mark(): number {
    return this.#position;
  }

  returnTo(mark: number): void {
    this.#position = mark;
  }

  /** Bytes from the position on, counting a byte that is begun. */
  get remainingBytes(): number {
    return this.#bytes.length - (this.#position >>> 3);
  }

  push(bytes: Uint8Array): void {
    const consumed = this.#position >>> 3;
    const rest = this.#bytes.subarray(consumed);
    const joined = new Uint8Array(rest.length + bytes.length);
    joined.set(rest);
    joined.set(bytes, rest.length);
    this.#bytes = joined;
    this.#position -= consumed * 8;
  }

  bit(): number {
    const byte = this.#bytes[this.#position >>> 3];
    if (byte === undefined) throw new BitsExhausted();
    const bit = (byte >>> (7 - (this.#position & 7))) & 1;
    this.#position += 1;
    return bit;
  }

  /** At most 24 bits as a number. */
  bits(count: number): number {
    const end = this.#position + count;
    if (end > this.#bytes.length * 8) throw new BitsExhausted();
    const first = this.#position >>> 3;
    let value = 0;
    for (let at = first; at * 8 < end; at += 1) value = (value * 256 + (this.#bytes[at] ?? 0)) % 2 ** 32;
    this.#position = end;
    const excess = (8 - (end & 7)) & 7;
    return (value >>> excess) & (2 ** count - 1);
  }

  alignToByte(): void {
    this.#position = (this.#position + 7) & ~7;
  }
}
