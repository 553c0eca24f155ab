import { RECORD_MAX_BYTES } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';

const BYTES_PER_UNIT_MAX = 3;

/** Collects rows into payloads of Records frames; a row may be cut between two. */
export class OutputSink {
  readonly #payloadMaxBytes: number;
  readonly #payloads: Uint8Array[] = [];
  #current: Buffer = Buffer.allocUnsafeSlow(0);
  #used = 0;

  constructor(payloadMaxBytes: number) {
    this.#payloadMaxBytes = payloadMaxBytes;
  }

  /** Full payloads wait to be taken. */
  get hasPayload(): boolean {
    return this.#payloads.length > 0;
  }

  /** Rows were written that no full payload holds yet. */
  get hasStaged(): boolean {
    return this.#used > 0;
  }

  /** The oldest full payload; its memory is the taker's. */
  take(): Uint8Array | undefined {
    return this.#payloads.shift();
  }

  /** Closes the payload at hand, full or not. */
  flush(): void {
    if (this.#used === 0) return;
    this.#payloads.push(this.#current.subarray(0, this.#used));
    this.#current = Buffer.allocUnsafeSlow(0);
    this.#used = 0;
  }

  /** Throws OverMaxRecordSize for a row over 1 MiB; nothing of it is written then. */
  writeRow(text: string): void {
    if (text.length * BYTES_PER_UNIT_MAX <= this.#free()) {
      this.#used += this.#current.write(text, this.#used);
      return;
    }
    const row = Buffer.from(text);
    assertSize(row.length);
    this.#copy(row, 0, row.length);
  }

  /** A row that is a piece of other bytes, and what ends it. Throws OverMaxRecordSize. */
  writeBytes(buffer: Buffer, start: number, end: number, ending: Buffer): void {
    assertSize(end - start + ending.length);
    this.#copy(buffer, start, end);
    this.#copy(ending, 0, ending.length);
  }

  #free(): number {
    if (this.#current.length === 0) this.#current = Buffer.allocUnsafeSlow(this.#payloadMaxBytes);
    return this.#current.length - this.#used;
  }

  #copy(buffer: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const size = Math.min(this.#free(), end - at);
      if (size === 0) {
        this.flush();
        continue;
      }
      buffer.copy(this.#current, this.#used, at, at + size);
      this.#used += size;
      at += size;
    }
  }
}

const assertSize = (sizeBytes: number): void => {
  if (sizeBytes > RECORD_MAX_BYTES) {
    throw new SelectFailure('OverMaxRecordSize', `a row of the result is over ${RECORD_MAX_BYTES} bytes`);
  }
};
