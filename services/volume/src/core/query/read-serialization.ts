import type { CsvDialect, CsvOutput } from './csv-records.ts';
import type { QueryOutput } from './format-record.ts';
import type { CsvHeader } from './query-csv.ts';

/** What a request says of its input, in the words of S3 Select; empty is the default of each. */
export interface CsvInputWords {
  readonly file_header_info: string;
  readonly record_delimiter: string;
  readonly field_delimiter: string;
  readonly quote_character: string;
  readonly quote_escape_character: string;
  readonly comments: string;
  readonly allow_quoted_record_delimiter: boolean;
}

export interface CsvOutputWords {
  readonly quote_fields: string;
  readonly record_delimiter: string;
  readonly field_delimiter: string;
  readonly quote_character: string;
  readonly quote_escape_character: string;
}

/** A request says something of its formats that means nothing. */
export class QueryFormatError extends Error {
  override readonly name = 'QueryFormatError';
}

const RECORD_DELIMITER_CHARACTERS_MAX = 2;

/** @throws QueryFormatError */
export function readCsvInput(words: CsvInputWords): { readonly dialect: CsvDialect; readonly header: CsvHeader } {
  const dialect = {
    recordDelimiter: readRecordDelimiter(words.record_delimiter),
    fieldDelimiter: readCharacter('field_delimiter', words.field_delimiter, ','),
    quote: readCharacter('quote_character', words.quote_character, '"'),
    quoteEscape: readCharacter('quote_escape_character', words.quote_escape_character, '"'),
    comment: readCharacter('comments', words.comments, '#'),
    allowsQuotedRecordDelimiter: words.allow_quoted_record_delimiter,
  };
  const headers: Readonly<Record<string, CsvHeader>> = { '': 'none', NONE: 'none', IGNORE: 'ignore', USE: 'use' };
  return { dialect, header: readWord('file_header_info', words.file_header_info, headers) };
}

/** @throws QueryFormatError */
export function readCsvOutput(words: CsvOutputWords): CsvOutput {
  return {
    recordDelimiter: words.record_delimiter === '' ? '\n' : words.record_delimiter,
    fieldDelimiter: words.field_delimiter === '' ? ',' : words.field_delimiter,
    quote: readCharacter('quote_character', words.quote_character, '"'),
    quoteEscape: readCharacter('quote_escape_character', words.quote_escape_character, '"'),
    quotesAlways: readWord('quote_fields', words.quote_fields, { '': false, ASNEEDED: false, ALWAYS: true }),
  };
}

const PLAIN_CSV: CsvOutputWords = {
  quote_fields: '',
  record_delimiter: '',
  field_delimiter: '',
  quote_character: '',
  quote_escape_character: '',
};

/** Where a request does not say it: JSON as SeaweedFS prints it, CSV as CSV. @throws QueryFormatError */
export function readOutput(
  isCsvInput: boolean,
  words: {
    readonly csv_output: CsvOutputWords | null;
    readonly json_output: { record_delimiter: string } | null;
  } | null,
): QueryOutput {
  if (words?.csv_output != null) return { kind: 'csv', csv: readCsvOutput(words.csv_output) };
  if (words?.json_output != null) {
    const { record_delimiter: delimiter } = words.json_output;
    return { kind: 'json', recordDelimiter: delimiter === '' ? '\n' : delimiter };
  }
  return isCsvInput ? { kind: 'csv', csv: readCsvOutput(PLAIN_CSV) } : { kind: 'seaweedfs' };
}

export type QueryCompression = 'none' | 'gzip';

/** @throws QueryFormatError also for BZIP2, which only the select service reads */
export function readCompression(word: string): QueryCompression {
  return readWord('compression_type', word, { '': 'none', NONE: 'none', GZIP: 'gzip' });
}

function readRecordDelimiter(text: string): string {
  if (text === '') return '\n';
  if (text.length <= RECORD_DELIMITER_CHARACTERS_MAX) return text;
  throw new QueryFormatError(
    `record_delimiter has ${text.length} characters, at most ${RECORD_DELIMITER_CHARACTERS_MAX} are read`,
  );
}

function readCharacter(field: string, text: string, usual: string): string {
  if (text === '') return usual;
  if (text.length === 1) return text;
  throw new QueryFormatError(`${field} must be one character`);
}

function readWord<T>(field: string, word: string, known: Readonly<Record<string, T>>): T {
  const value = Object.hasOwn(known, word.toUpperCase()) ? known[word.toUpperCase()] : undefined;
  if (value !== undefined) return value;
  const words = Object.keys(known).filter((name) => name !== '');
  throw new QueryFormatError(`${field} ${word} is none of ${words.join(', ')}`);
}
