import type { SelectDocument } from '@needlestack/service-contracts';
import { SelectFailure } from '../select-failure.ts';
import type { Compression, CsvInputFormat, InputFormat, JsonInputFormat } from './input-format.ts';
import { charactersOf, choiceOf, elementOf, refuseOthers, textOf } from './read-document.ts';

const FORMATS = ['CSV', 'JSON', 'Parquet'] as const;
const COMPRESSIONS: readonly Compression[] = ['NONE', 'GZIP', 'BZIP2'];

/** Throws the request's failures: which format, its compression, its options (select.md sections 1 and 6). */
export const readInputFormat = (document: SelectDocument): InputFormat => {
  const given = Object.keys(document).filter((name) => name !== 'CompressionType');
  const formats = FORMATS.filter((name) => document[name] !== undefined);
  if (given.length > formats.length)
    throw new SelectFailure('InvalidDataSource', `the input is none of ${FORMATS.join(', ')}`);
  if (formats.length > 1) throw new SelectFailure('ObjectSerializationConflict', 'the input has more than one format');
  const [format] = formats;
  if (format === undefined) throw new SelectFailure('MissingRequiredParameter', 'InputSerialization names no format');
  const options = elementOf(document, format) ?? {};
  const compression = choiceOf(document, 'CompressionType', COMPRESSIONS, 'NONE', 'InvalidCompressionFormat');
  switch (format) {
    case 'CSV':
      return { ...readCsvInput(options), compression };
    case 'JSON':
      return { ...readJsonInput(options), compression };
    case 'Parquet':
      return refuseParquet(options, compression);
  }
};

const refuseParquet = (options: SelectDocument, compression: Compression): never => {
  refuseOthers(options, [], 'InvalidRequestParameter');
  if (compression !== 'NONE') throw new SelectFailure('InvalidRequestParameter', 'Parquet takes no CompressionType');
  throw new SelectFailure('InvalidDataSource', 'Parquet objects cannot be queried by this server');
};

const readJsonInput = (options: SelectDocument): JsonInputFormat => {
  refuseOthers(options, ['Type'], 'InvalidRequestParameter');
  if ((textOf(options, 'Type') ?? '').trim() === '') {
    throw new SelectFailure('MissingRequiredParameter', 'JSON needs a Type, LINES or DOCUMENT');
  }
  return { kind: 'JSON', type: choiceOf(options, 'Type', ['LINES', 'DOCUMENT'], 'LINES', 'InvalidJsonType') };
};

const CSV_OPTIONS = [
  'FileHeaderInfo',
  'FieldDelimiter',
  'RecordDelimiter',
  'QuoteCharacter',
  'QuoteEscapeCharacter',
  'Comments',
  'AllowQuotedRecordDelimiter',
];

const DEFAULT_COMMENT = '#';

const readCsvInput = (options: SelectDocument): CsvInputFormat => {
  refuseOthers(options, CSV_OPTIONS, 'InvalidRequestParameter');
  const fieldDelimiter = charactersOf(options, 'FieldDelimiter', 1) || ',';
  const recordDelimiter = charactersOf(options, 'RecordDelimiter', 2) || '\n';
  const quote = charactersOf(options, 'QuoteCharacter', 1) ?? '"';
  const marks = [fieldDelimiter, ...recordDelimiter, quote];
  const writtenComment = charactersOf(options, 'Comments', 1);
  // The default comment gives way to a mark that was asked for.
  const comment = writtenComment ?? (marks.includes(DEFAULT_COMMENT) ? '' : DEFAULT_COMMENT);
  refuseEqualMarks(fieldDelimiter, recordDelimiter, quote, comment);
  return {
    kind: 'CSV',
    header: choiceOf(options, 'FileHeaderInfo', ['NONE', 'USE', 'IGNORE'], 'NONE', 'InvalidFileHeaderInfo'),
    fieldDelimiter,
    recordDelimiter,
    quote,
    escapeChar: charactersOf(options, 'QuoteEscapeCharacter', 1) || '"',
    comment,
    allowQuotedRecordDelimiter:
      choiceOf(options, 'AllowQuotedRecordDelimiter', ['TRUE', 'FALSE'], 'FALSE', 'InvalidRequestParameter') === 'TRUE',
  };
};

const refuseEqualMarks = (field: string, record: string, quote: string, comment: string): void => {
  const marks = [field, ...new Set(record), quote, comment].filter((mark) => mark !== '');
  if (new Set(marks).size !== marks.length) {
    throw new SelectFailure('InvalidRequestParameter', 'delimiters, quote and comment must differ from each other');
  }
};
