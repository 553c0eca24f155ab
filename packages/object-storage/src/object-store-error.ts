/** Every way in which another store refuses or fails. */
export const OBJECT_STORE_ERROR_CODES = [
  'not-found',
  'precondition-failed',
  'range-out-of-bounds',
  'access-denied',
  'part-size-too-small',
  'too-many-parts',
  'throttled',
  'unavailable',
  'checksum-mismatch',
  'backend',
] as const;

export type ObjectStoreErrorCode = (typeof OBJECT_STORE_ERROR_CODES)[number];

export interface ObjectStoreErrorDetails {
  readonly operation: string;
  readonly key: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The store's own name for the error; empty when it gave none. */
  readonly backendCode: string;
  readonly requestId: string;
  readonly retryAfterMs: number | undefined;
}

/** A call that another store refused or that did not reach it. Holds no header and no secret. */
export class ObjectStoreError extends Error implements ObjectStoreErrorDetails {
  override readonly name = 'ObjectStoreError';
  readonly code: ObjectStoreErrorCode;
  readonly operation: string;
  readonly key: string;
  readonly status: number;
  readonly backendCode: string;
  readonly requestId: string;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ObjectStoreErrorCode,
    message: string,
    details: Partial<ObjectStoreErrorDetails> & Pick<ObjectStoreErrorDetails, 'operation' | 'key'>,
    options: ErrorOptions = {},
  ) {
    super(`${details.operation} ${details.key}: ${message}`, options);
    this.code = code;
    this.operation = details.operation;
    this.key = details.key;
    this.status = details.status ?? 0;
    this.backendCode = details.backendCode ?? '';
    this.requestId = details.requestId ?? '';
    this.retryAfterMs = details.retryAfterMs;
  }
}
