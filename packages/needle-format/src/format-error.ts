/** Every way in which bytes or text are refused by this package. */
export const FORMAT_ERROR_CODES = [
  'truncated',
  'bad-version',
  'bad-size',
  'bad-checksum',
  'bad-sections',
  'bad-file-id',
  'bad-ttl',
  'bad-replica-placement',
  'bad-volume-info',
  'out-of-range',
] as const;

export type FormatErrorCode = (typeof FORMAT_ERROR_CODES)[number];

/** Bytes that are not what the format asks for. The message names the field, what was found and what was expected. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
