import type { SelectDocument } from '@needlestack/service-contracts';
import { SelectFailure } from '../select-failure.ts';
import type { CsvOutputFormat, JsonOutputFormat, OutputFormat } from './output-format.ts';
import { charactersOf, choiceOf, elementOf, refuseOthers } from './read-document.ts';

const FORMATS = ['CSV', 'JSON'] as const;
/** An output quote that was given as empty is this character. */
const EMPTY_QUOTE = '\0';
/** Beyond what AWS documents, which is any text; a delimiter is no place for data. */
const RECORD_DELIMITER_CHARACTERS_MAX = 100;

/** Throws the request's failures: which format, and its options. */
export const readOutputFormat = (document: SelectDocument): OutputFormat => {
  const formats = FORMATS.filter((name) => document[name] !== undefined);
  if (Object.keys(document).length > formats.length) {
    throw new SelectFailure('InvalidDataSource', `the output is none of ${FORMATS.join(', ')}`);
  }
  if (formats.length > 1) throw new SelectFailure('ObjectSerializationConflict', 'the output has more than one format');
  const [format] = formats;
  if (format === undefined) throw new SelectFailure('MissingRequiredParameter', 'OutputSerialization names no format');
  const options = elementOf(document, format) ?? {};
  return format === 'CSV' ? readCsvOutput(options) : readJsonOutput(options);
};

const recordDelimiterOf = (options: SelectDocument): string =>
  charactersOf(options, 'RecordDelimiter', RECORD_DELIMITER_CHARACTERS_MAX) ?? '\n';

const readJsonOutput = (options: SelectDocument): JsonOutputFormat => {
  refuseOthers(options, ['RecordDelimiter'], 'InvalidRequestParameter');
  return { kind: 'JSON', recordDelimiter: recordDelimiterOf(options) };
};

const CSV_OPTIONS = ['QuoteFields', 'QuoteCharacter', 'QuoteEscapeCharacter', 'FieldDelimiter', 'RecordDelimiter'];

const readCsvOutput = (options: SelectDocument): CsvOutputFormat => {
  refuseOthers(options, CSV_OPTIONS, 'InvalidRequestParameter');
  const quote = charactersOf(options, 'QuoteCharacter', 1);
  return {
    kind: 'CSV',
    quoteFields: choiceOf(options, 'QuoteFields', ['ASNEEDED', 'ALWAYS'], 'ASNEEDED', 'InvalidQuoteFields'),
    quote: quote === '' ? EMPTY_QUOTE : (quote ?? '"'),
    escapeChar: charactersOf(options, 'QuoteEscapeCharacter', 1) || '"',
    fieldDelimiter: charactersOf(options, 'FieldDelimiter', 1) || ',',
    recordDelimiter: recordDelimiterOf(options),
  };
};
