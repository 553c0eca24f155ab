import { ERROR_CATALOG, type ErrorDefinition, type S3ErrorCode } from './error-catalog.ts';

export interface S3ErrorOptions {
  /** Replaces the catalogue's message. */
  readonly message?: string;
  /** Extra elements; names that the catalogue does not list for the code are left out of the answer. */
  readonly details?: Readonly<Record<string, string>>;
  /** Extra response headers, flat: name, value, name, value. */
  readonly headers?: readonly string[];
  readonly cause?: unknown;
}

/** A refusal that S3 has a name for. Everything a client may learn of it is in code, message and details. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;
  readonly headers: readonly string[];

  constructor(code: S3ErrorCode, options: S3ErrorOptions = {}) {
    const definition: ErrorDefinition = ERROR_CATALOG[code];
    // A stack trace costs more than the whole answer, and a client's mistake is no place in our code.
    const limit = Error.stackTraceLimit;
    if (definition.status < 500) Error.stackTraceLimit = 0;
    super(options.message ?? definition.message, options.cause === undefined ? undefined : { cause: options.cause });
    Error.stackTraceLimit = limit;
    this.code = code;
    this.status = definition.status;
    this.details = options.details ?? NO_DETAILS;
    this.headers = options.headers ?? NO_HEADERS;
  }
}

const NO_DETAILS: Readonly<Record<string, string>> = Object.freeze({});
const NO_HEADERS: readonly string[] = Object.freeze([]);

/** `InvalidArgument` with the two elements that name what was wrong. */
export const invalidArgument = (message: string, name: string, value: string): S3Error =>
  new S3Error('InvalidArgument', { message, details: { ArgumentName: name, ArgumentValue: value } });
