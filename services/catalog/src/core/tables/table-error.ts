/** Every way in which the table catalog refuses. `http/iceberg/iceberg-error.ts` maps them to the wire. */
export const TABLE_ERROR_CODES = [
  'bad-request',
  'unauthorized',
  'forbidden',
  'no-such-warehouse',
  'no-such-namespace',
  'no-such-table',
  /** A file that a table or a request names is gone. */
  'no-such-file',
  'no-such-route',
  'method-not-allowed',
  'already-exists',
  'namespace-not-empty',
  /** A commit did not fit the table's state; nothing landed. */
  'commit-failed',
  'too-large',
  'unprocessable',
  /** Nothing was begun: the client may send the same again. */
  'unavailable',
  /** A change was begun and its end was not seen: it may have landed. */
  'state-unknown',
] as const;

export type TableErrorCode = (typeof TABLE_ERROR_CODES)[number];

/** A refusal. Nothing was changed, except that `state-unknown` cannot say. */
export class TableError extends Error {
  override readonly name = 'TableError';
  readonly code: TableErrorCode;

  constructor(code: TableErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
