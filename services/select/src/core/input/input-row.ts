import type { Row } from '../evaluate/row.ts';

/** The current row of an input, with the bytes it was read from. */
export interface InputRow extends Row {
  /** Where the row's text lies. */
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Makes rows of bytes that come in chunks of any size. */
export interface RowReader {
  readonly row: InputRow;
  /** Offset in the object at which the current row begins. */
  readonly rowOffset: number;
  /** Gives the next bytes. They must not change until the following call. */
  push(chunk: Uint8Array): void;
  /** Says that there are no more bytes. */
  finish(): void;
  /** Moves to the next row; false when more bytes are needed, or after `finish` when there are no more rows. */
  next(): boolean;
}
