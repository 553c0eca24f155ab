/**
 * - `bad-json`: the text is no JSON, or nests too deep
 * - `bad-request`: a schema, spec, order, requirement or update is wrong whatever the table's state is, or does not fit it
 * - `requirement-failed`: the table is not in the state that the client asserted
 * - `rebuild-required`: the snapshot was built on a table state that has passed; the client must build it again
 * - `bad-metadata`: a metadata document breaks the table specification
 */
export const ICEBERG_FORMAT_ERROR_CODES = [
  'bad-json',
  'bad-request',
  'requirement-failed',
  'rebuild-required',
  'bad-metadata',
] as const;

export type IcebergFormatErrorCode = (typeof ICEBERG_FORMAT_ERROR_CODES)[number];

/** The only error that this package throws on purpose. */
export class IcebergFormatError extends Error {
  override readonly name = 'IcebergFormatError';
  readonly code: IcebergFormatErrorCode;

  constructor(code: IcebergFormatErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
