/** How the object's bytes are to be read, checked and with every default filled in. Texts are one code point unless noted. */
export interface CsvInputFormat {
  readonly kind: 'CSV';
  readonly header: 'NONE' | 'USE' | 'IGNORE';
  readonly fieldDelimiter: string;
  /** One or two code points. After the default newline's row end a carriage return is dropped. */
  readonly recordDelimiter: string;
  /** Empty: no quoting. */
  readonly quote: string;
  readonly escapeChar: string;
  /** Empty: no comments. */
  readonly comment: string;
  readonly allowQuotedRecordDelimiter: boolean;
}

export interface JsonInputFormat {
  readonly kind: 'JSON';
  readonly type: 'LINES' | 'DOCUMENT';
}

export type Compression = 'NONE' | 'GZIP' | 'BZIP2';

export type InputFormat = (CsvInputFormat | JsonInputFormat) & { readonly compression: Compression };
