import type { CsvScanner } from '../input/csv-scanner.ts';
import type { CsvInputFormat } from '../request/input-format.ts';
import type { OutputFormat } from '../request/output-format.ts';
import type { OutputSink } from './output-sink.ts';

/** Copies the current row's bytes to the output; false when the row must be written field by field. */
export type CopyRow = () => boolean;

/** `SELECT *` from CSV to CSV of the same delimiter: rows in which nothing is quoted, nor has to be, are copied as they are. */
export const createCsvRowCopier = (
  scanner: CsvScanner,
  input: CsvInputFormat,
  output: OutputFormat,
  sink: OutputSink,
): CopyRow | undefined => {
  if (output.kind !== 'CSV' || output.quoteFields === 'ALWAYS' || output.fieldDelimiter !== input.fieldDelimiter) {
    return undefined;
  }
  // By the bytes of each mark: that a byte belongs to another character only costs the slow way.
  const specials = new Uint8Array(256);
  for (const byte of Buffer.from(`${output.quote}${output.recordDelimiter}\r\n`)) specials[byte] = 1;
  const ending = Buffer.from(output.recordDelimiter);
  return () => {
    if (!scanner.isCopyable(specials)) return false;
    sink.writeBytes(scanner.buffer, scanner.start, scanner.end, ending);
    return true;
  };
};
