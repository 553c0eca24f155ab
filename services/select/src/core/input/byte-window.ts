import { isAscii, isUtf8 } from 'node:buffer';
import { RECORD_MAX_BYTES } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';

const EMPTY = Buffer.alloc(0);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The bytes that a reader works on: what the last row left over, then the newest chunk. Knows their place in the object and whether
 * they are text.
 */
export class ByteWindow {
  buffer: Buffer = EMPTY;
  /** First byte not yet taken by a row. */
  position = 0;
  isFinal = false;
  /** All bytes are below 128, so that they can be read one by one. */
  isAscii = true;
  #offset: number;
  #checkedBytes = 0;
  #isSuspect = false;
  #mayHaveMark: boolean;
  /** Length of the byte order mark that was taken. */
  #markBytes = 0;

  /** @param offsetBytes where in the object the first pushed byte lies */
  constructor(offsetBytes: number) {
    this.#offset = offsetBytes;
    this.#mayHaveMark = offsetBytes === 0;
  }

  /** The object's offset of a place in the window. */
  offsetOf(position: number): number {
    return this.#offset + position;
  }

  /** The same for a row: the first one begins with the object, before its byte order mark. */
  rowOffsetOf(position: number): number {
    const offset = this.#offset + position;
    return offset === this.#markBytes ? 0 : offset;
  }

  push(chunk: Uint8Array): void {
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const rest = this.buffer.subarray(this.position);
    this.#offset += this.position;
    this.#checkedBytes = Math.max(0, this.#checkedBytes - this.position);
    this.position = 0;
    this.buffer = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
    this.isAscii = isAscii(this.buffer);
    // Bytes that were suspect and are still here stay so.
    this.#isSuspect = this.#isSuspect && rest.length > 0;
    this.#checkText(this.buffer.length - incompleteTail(this.buffer));
  }

  finish(): void {
    this.isFinal = true;
    this.#checkText(this.buffer.length);
  }

  #checkText(end: number): void {
    if (end <= this.#checkedBytes) return;
    if (!this.isAscii && !isUtf8(this.buffer.subarray(this.#checkedBytes, end))) this.#isSuspect = true;
    this.#checkedBytes = end;
  }

  /** Throws InvalidTextEncoding when these bytes are no UTF-8. Nearly free: most often the whole window is known to be good. */
  assertText(start: number, end: number): void {
    if (this.#isSuspect && !isUtf8(this.buffer.subarray(start, end))) {
      throw new SelectFailure('InvalidTextEncoding', `the bytes after offset ${this.offsetOf(start)} are no UTF-8`);
    }
  }

  /** Takes a byte order mark at the object's start. False when that cannot be told yet. */
  takeByteOrderMark(): boolean {
    if (!this.#mayHaveMark) return true;
    const head = this.buffer.subarray(0, BYTE_ORDER_MARK.length);
    const isPrefix = BYTE_ORDER_MARK.subarray(0, head.length).equals(head);
    if (isPrefix && head.length < BYTE_ORDER_MARK.length && !this.isFinal) return false;
    if (isPrefix && head.length === BYTE_ORDER_MARK.length) this.position = this.#markBytes = BYTE_ORDER_MARK.length;
    this.#mayHaveMark = false;
    return true;
  }

  /** Throws OverMaxRecordSize when a row that begins at the position is longer than rows may be. */
  assertRecordSize(end: number): void {
    if (end - this.position > RECORD_MAX_BYTES) {
      throw new SelectFailure(
        'OverMaxRecordSize',
        `the row at offset ${this.offsetOf(this.position)} is over ${RECORD_MAX_BYTES} bytes`,
      );
    }
  }

  text(start: number, end: number): string {
    return this.buffer.toString(this.isAscii ? 'latin1' : 'utf8', start, end);
  }
}

/** Bytes at the end that begin a code point without completing it. */
const incompleteTail = (buffer: Buffer): number => {
  for (let back = 1; back <= Math.min(3, buffer.length); back += 1) {
    const byte = buffer[buffer.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
};
