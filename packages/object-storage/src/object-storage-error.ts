/** Every way in which an object storage refuses or fails. */
export const OBJECT_STORAGE_ERROR_CODES = [
  /** No such object, bucket or upload. */
  'not-found',
  /** A create that must not replace found the object there. */
  'already-exists',
  /** The object is not the version that was to be replaced. */
  'precondition-failed',
  /** The store ignores or refuses conditional writes, and the caller wanted nothing less. */
  'conditional-write-unsupported',
  /** A part that is not the last is shorter than 5 MiB, or the whole configuration asks for such parts. */
  'part-size-too-small',
  /** Part numbers go from 1 to 10,000. */
  'too-many-parts',
  'range-out-of-bounds',
  'access-denied',
  /** A source of credentials is configured and failed, or none is. */
  'credentials-unavailable',
  /** The store asks for fewer requests, and went on asking. */
  'throttled',
  /** No answer, or one that says "later", and it stayed so over all tries. */
  'unavailable',
  /** Bytes were changed on their way. */
  'checksum-mismatch',
  /** Any other refusal, and answers that are not of the protocol. */
  'backend',
  /** The local file system failed. */
  'io',
] as const;

export type ObjectStorageErrorCode = (typeof OBJECT_STORAGE_ERROR_CODES)[number];

export interface ObjectStorageErrorDetails {
  readonly operation: string;
  readonly key: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The store's own name for the error, or that of the system; empty when it gave none. */
  readonly backendCode: string;
  readonly requestId: string;
  /** Milliseconds that the store asks to wait. */
  readonly retryAfterMs: number | undefined;
}

/** A call that a storage refused or that did not reach it. Holds no header and no secret. */
export class ObjectStorageError extends Error implements ObjectStorageErrorDetails {
  override readonly name = 'ObjectStorageError';
  readonly code: ObjectStorageErrorCode;
  readonly operation: string;
  readonly key: string;
  readonly status: number;
  readonly backendCode: string;
  readonly requestId: string;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ObjectStorageErrorCode,
    message: string,
    details: Partial<ObjectStorageErrorDetails> & Pick<ObjectStorageErrorDetails, 'operation' | 'key'>,
    options: ErrorOptions = {},
  ) {
    super(`${details.operation}${details.key === '' ? '' : ` ${details.key}`}: ${message}`, options);
    this.code = code;
    this.operation = details.operation;
    this.key = details.key;
    this.status = details.status ?? 0;
    this.backendCode = details.backendCode ?? '';
    this.requestId = details.requestId ?? '';
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Whether it is an ObjectStorageError, with one of these codes when any are given. */
export function isObjectStorageError(
  error: unknown,
  ...codes: readonly ObjectStorageErrorCode[]
): error is ObjectStorageError {
  return error instanceof ObjectStorageError && (codes.length === 0 || codes.includes(error.code));
}

/** A call that does not fit the state of its handle: a fault of the program, never of the store. */
export class HandleStateError extends Error {
  override readonly name = 'HandleStateError';
  readonly code = 'invalid-state';
  readonly call: string;
  readonly state: string;

  constructor(call: string, state: string, options: ErrorOptions = {}) {
    super(`${call} is not allowed: the handle is ${state}`, options);
    this.call = call;
    this.state = state;
  }
}
