import { CsvScanner } from '../input/csv-scanner.ts';
import type { RowReader } from '../input/input-row.ts';
import { JsonExpandingReader } from '../input/json-expanding-reader.ts';
import { JsonLinesScanner } from '../input/json-lines-scanner.ts';
import { JsonPathScanner } from '../input/json-path-scanner.ts';
import { rowNameOf } from '../input/json-value-row.ts';
import { type CopyRow, createCsvRowCopier } from '../output/csv-row-copier.ts';
import { CsvRowWriter } from '../output/csv-row-writer.ts';
import { createJsonRowCopier } from '../output/json-row-copier.ts';
import { JsonRowWriter } from '../output/json-row-writer.ts';
import type { OutputSink } from '../output/output-sink.ts';
import type { RowWriter } from '../output/row-writer.ts';
import type { JsonInputFormat } from '../request/input-format.ts';
import type { OutputFormat } from '../request/output-format.ts';
import type { SelectPlan } from '../request/select-plan.ts';
import type { NameStep } from '../sql/ast/path-node.ts';
import type { FromNode } from '../sql/ast/select-node.ts';

/** Where reading begins: at the object's start, or after the first record delimiter from some offset on. */
export interface ReadingStart {
  readonly offsetBytes: number;
  readonly isMidRow: boolean;
}

export const OBJECT_START: ReadingStart = { offsetBytes: 0, isMidRow: false };

/**
 * Where to begin so that the first row found is the first that begins at or after `startBytes`: the delimiter that ends the row
 * before may be the bytes just before it.
 */
export const readingStartOf = (plan: SelectPlan, startBytes: number): ReadingStart => {
  if (startBytes === 0) return OBJECT_START;
  const delimiter = plan.input.kind === 'CSV' ? plan.input.recordDelimiter : '\n';
  const offsetBytes = startBytes - Buffer.byteLength(delimiter);
  // A delimiter longer than what lies before: the row at the start is the only one that can begin there.
  return offsetBytes < 0 ? { offsetBytes: 0, isMidRow: true } : { offsetBytes, isMidRow: true };
};

export const openJsonReader = (
  format: JsonInputFormat,
  from: FromNode,
  wanted: readonly NameStep[],
  start: ReadingStart,
): RowReader => {
  if (from.steps.length === 0) return new JsonLinesScanner(wanted, start.offsetBytes, start.isMidRow);
  if (format.type === 'DOCUMENT') return new JsonPathScanner(from.steps, wanted);
  return new JsonExpandingReader(from.steps, wanted, start.offsetBytes, start.isMidRow);
};

export const openRowWriter = (output: OutputFormat, sink: OutputSink): RowWriter =>
  output.kind === 'CSV' ? new CsvRowWriter(sink, output) : new JsonRowWriter(sink, output);

/** The short way for `SELECT *`, where there is one. */
export const openRowCopier = (plan: SelectPlan, reader: RowReader, sink: OutputSink): CopyRow | undefined => {
  const { input, output } = plan;
  if (reader instanceof CsvScanner && input.kind === 'CSV') return createCsvRowCopier(reader, input, output, sink);
  if (reader instanceof JsonLinesScanner && output.kind === 'JSON')
    return createJsonRowCopier(reader.row, output, sink);
  return undefined;
};

export const wholeRowNameOf = (from: FromNode): string => rowNameOf(from.steps);
