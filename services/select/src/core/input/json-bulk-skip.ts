import { JSON_DEPTH_MAX, RECORD_MAX_BYTES } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import { NEED_MORE, skipBlanks, skipScalar } from './skip-json.ts';

const OPEN_OBJECT = 123;
const OPEN_LIST = 91;
const CLOSE_OBJECT = 125;
const CLOSE_LIST = 93;
const COMMA = 44;
const COLON = 58;

/**
 * Goes over a value that is too large to be held, piece by piece. It checks that brackets pair and that strings, numbers and
 * literals are whole, not where commas stand.
 */
export class JsonBulkSkip {
  readonly #opened = new Uint8Array(JSON_DEPTH_MAX + 1);
  #level = 0;

  start(): void {
    this.#level = 0;
  }

  /** How far the value was skipped, and whether it ended there. */
  skip(buffer: Buffer, from: number, isFinal: boolean): { readonly position: number; readonly isDone: boolean } {
    let at = from;
    for (;;) {
      at = skipBlanks(buffer, at);
      if (at >= buffer.length) return { position: at, isDone: false };
      const byte = buffer[at] ?? 0;
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#open(byte);
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#close(byte);
      else if (byte !== COMMA && byte !== COLON) {
        const end = skipScalar(buffer, at, isFinal);
        if (end === NEED_MORE) return waitFor(buffer, at);
        at = end - 1;
      }
      at += 1;
      if (this.#level === 0) return { position: at, isDone: true };
    }
  }

  #open(byte: number): void {
    this.#level += 1;
    if (this.#level > JSON_DEPTH_MAX) {
      throw new SelectFailure('JSONParsingError', `a value nests deeper than ${JSON_DEPTH_MAX}`);
    }
    this.#opened[this.#level] = byte;
  }

  #close(byte: number): void {
    // The closing bracket of each kind is two after its opening one.
    if (this.#opened[this.#level] !== byte - 2) throw new SelectFailure('JSONParsingError', 'brackets do not pair');
    this.#level -= 1;
  }
}

const waitFor = (buffer: Buffer, at: number): { readonly position: number; readonly isDone: boolean } => {
  if (buffer.length - at > RECORD_MAX_BYTES) {
    throw new SelectFailure('OverMaxRecordSize', `a string or number is over ${RECORD_MAX_BYTES} bytes`);
  }
  return { position: at, isDone: false };
};
