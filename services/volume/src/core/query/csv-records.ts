/** How records and fields of a CSV file are told apart; the words are those of S3 Select. */
export interface CsvDialect {
  readonly recordDelimiter: string;
  /** One character, as quotes and comments are. */
  readonly fieldDelimiter: string;
  readonly quote: string;
  /** In front of a quote within quotes; the quote itself where it is doubled. */
  readonly quoteEscape: string;
  /** Begins a line that is no record. */
  readonly comment: string;
  /** A record delimiter within quotes is text; otherwise it ends the record. */
  readonly allowsQuotedRecordDelimiter: boolean;
}

export interface CsvRecord {
  readonly fields: readonly string[];
  readonly characters: number;
}

/** The records of a text. Lines with nothing in them are none. */
export function* readCsvRecords(text: string, dialect: CsvDialect): Generator<CsvRecord> {
  for (let at = 0; at < text.length; ) {
    const lineEnd = endOfLine(text, at, dialect);
    if (text.startsWith(dialect.comment, at) || lineEnd === at) {
      at = lineEnd + dialect.recordDelimiter.length;
      continue;
    }
    const fields: string[] = [];
    const end = readFields(text, at, dialect, fields);
    const next = end + dialect.recordDelimiter.length;
    const isBlank = fields.length === 1 && fields[0] === '';
    if (!isBlank) yield { fields, characters: next - at };
    at = next;
  }
}

function endOfLine(text: string, from: number, { recordDelimiter }: CsvDialect): number {
  const end = text.indexOf(recordDelimiter, from);
  return end < 0 ? text.length : end;
}

/** Returns where the record ends. */
function readFields(text: string, from: number, dialect: CsvDialect, fields: string[]): number {
  const limit = dialect.allowsQuotedRecordDelimiter ? text.length : endOfLine(text, from, dialect);
  for (let at = from; ; at += 1) {
    const quoted = at < limit && text[at] === dialect.quote ? readQuoted(text, at + 1, limit, dialect) : undefined;
    const plainAt = quoted?.end ?? at;
    const end = endOfPlain(text, plainAt, limit, dialect);
    // What follows a closing quote up to the delimiter belongs to the field as it is.
    fields.push((quoted?.value ?? '') + withoutCarriageReturn(text.slice(plainAt, end), end, text, dialect));
    if (end >= limit || text[end] !== dialect.fieldDelimiter) return end;
    at = end;
  }
}

/** A file with lines that end as on Windows is read like any other, unless it says otherwise. */
function withoutCarriageReturn(field: string, end: number, text: string, { recordDelimiter }: CsvDialect): string {
  const endsLine = end >= text.length || text.startsWith(recordDelimiter, end);
  return recordDelimiter === '\n' && endsLine && field.endsWith('\r') ? field.slice(0, -1) : field;
}

function endOfPlain(text: string, from: number, limit: number, dialect: CsvDialect): number {
  const { fieldDelimiter, recordDelimiter } = dialect;
  const fieldCode = fieldDelimiter.charCodeAt(0);
  const recordCode = recordDelimiter.charCodeAt(0);
  for (let at = from; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === fieldCode || (code === recordCode && text.startsWith(recordDelimiter, at))) return at;
  }
  return limit;
}

/** The text up to the closing quote, or to the limit where there is none; `end` lies behind it. */
function readQuoted(
  text: string,
  from: number,
  limit: number,
  { quote, quoteEscape }: CsvDialect,
): { readonly value: string; readonly end: number } {
  let value = '';
  let start = from;
  for (let at = from; at < limit; at += 1) {
    if (text[at] === quoteEscape && at + 1 < limit && (text[at + 1] === quote || text[at + 1] === quoteEscape)) {
      // Doubled, or escaped by a character of its own.
      value += text.slice(start, at);
      start = at + 1;
      at += 1;
    } else if (text[at] === quote) {
      return { value: value + text.slice(start, at), end: at + 1 };
    }
  }
  return { value: value + text.slice(start, limit), end: limit };
}

/** How records are written. */
export interface CsvOutput {
  readonly recordDelimiter: string;
  readonly fieldDelimiter: string;
  readonly quote: string;
  readonly quoteEscape: string;
  /** Quotes also where nothing asks for them. */
  readonly quotesAlways: boolean;
}

export function formatCsvRecord(fields: readonly string[], output: CsvOutput): string {
  return fields.map((field) => formatField(field, output)).join(output.fieldDelimiter) + output.recordDelimiter;
}

function formatField(field: string, output: CsvOutput): string {
  const { quote, quoteEscape, fieldDelimiter, recordDelimiter, quotesAlways } = output;
  const special = [quote, fieldDelimiter, recordDelimiter, '\n', '\r'];
  if (!quotesAlways && !special.some((text) => field.includes(text))) return field;
  const escaped = quoteEscape === quote ? field : field.replaceAll(quoteEscape, quoteEscape + quoteEscape);
  return quote + escaped.replaceAll(quote, quoteEscape + quote) + quote;
}
