/** How rows are to be written, checked and with every default filled in. */
export interface CsvOutputFormat {
  readonly kind: 'CSV';
  readonly quoteFields: 'ASNEEDED' | 'ALWAYS';
  readonly quote: string;
  readonly escapeChar: string;
  readonly fieldDelimiter: string;
  readonly recordDelimiter: string;
}

export interface JsonOutputFormat {
  readonly kind: 'JSON';
  readonly recordDelimiter: string;
}

export type OutputFormat = CsvOutputFormat | JsonOutputFormat;
