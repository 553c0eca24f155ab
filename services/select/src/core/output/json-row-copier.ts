import type { InputRow } from '../input/input-row.ts';
import type { JsonOutputFormat } from '../request/output-format.ts';
import type { CopyRow } from './csv-row-copier.ts';
import type { OutputSink } from './output-sink.ts';

const OPEN_OBJECT = 123;
const QUOTE = 34;
const BACKSLASH = 92;
const SPACE = 32;

/**
 * `SELECT *` from JSON to JSON: the text of an object without the blanks between its parts. Numbers with an exponent are left to the
 * writer, which spells them out.
 */
export const createJsonRowCopier = (row: InputRow, output: JsonOutputFormat, sink: OutputSink): CopyRow => {
  const ending = Buffer.from(output.recordDelimiter);
  let compact: Buffer = Buffer.allocUnsafeSlow(1024);
  return () => {
    const { buffer, start, end } = row;
    if (buffer[start] !== OPEN_OBJECT) return false;
    if (compact.length < end - start) compact = Buffer.allocUnsafeSlow((end - start) * 2);
    const size = copyCompact(buffer, start, end, compact);
    if (size < 0) return false;
    sink.writeBytes(compact, 0, size, ending);
    return true;
  };
};

/** The number of bytes written, or -1 when there is a number with an exponent. */
const copyCompact = (source: Buffer, start: number, end: number, target: Buffer): number => {
  let size = 0;
  for (let at = start; at < end; at += 1) {
    const byte = source[at] ?? 0;
    if (byte <= SPACE) continue;
    if (byte === QUOTE) {
      const close = closingQuote(source, at);
      for (; at <= close; at += 1) {
        target[size] = source[at] ?? 0;
        size += 1;
      }
      at -= 1;
      continue;
    }
    // `e` after a digit; the one of true and false follows a letter.
    if ((byte | 32) === 101 && isDigit(source[at - 1] ?? 0)) return -1;
    target[size] = byte;
    size += 1;
  }
  return size;
};

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

const closingQuote = (source: Buffer, open: number): number => {
  let at = open + 1;
  while (source[at] !== QUOTE) at += source[at] === BACKSLASH ? 2 : 1;
  return at;
};
