/** Refusals of the query APIs (IAM, STS), and the one place where others become theirs. */
import { PolicyError } from '@needlestack/access-control';
import { S3Error, type S3ErrorCode } from '@needlestack/s3-protocol';
import { CatalogError, type CatalogErrorCode } from '@needlestack/service-contracts';
import { DirectoryError, type DirectoryErrorCode } from '../../core/iam/directory-login.ts';
import { WebIdentityError } from '../../core/iam/web-identity-error.ts';

/** Codes with their HTTP status. */
const STATUS_OF = {
  AccessDenied: 403,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  EntityTemporarilyUnmodifiable: 409,
  ExpiredToken: 403,
  ExpiredTokenException: 400,
  IDPCommunicationError: 400,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidAuthorizationMessageException: 400,
  InvalidClientTokenId: 403,
  InvalidIdentityToken: 400,
  InvalidInput: 400,
  InvalidUserType: 400,
  LimitExceeded: 409,
  MalformedPolicyDocument: 400,
  MissingAuthenticationToken: 403,
  NoSuchEntity: 404,
  NotImplemented: 501,
  PackedPolicyTooLarge: 400,
  PasswordPolicyViolation: 400,
  RequestEntityTooLarge: 413,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
} as const;

export type QueryErrorCode = keyof typeof STATUS_OF;

export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code: QueryErrorCode;

  constructor(code: QueryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return STATUS_OF[this.code];
  }
}

const FROM_CATALOG: Partial<Record<CatalogErrorCode, QueryErrorCode>> = {
  NoSuchEntity: 'NoSuchEntity',
  EntityAlreadyExists: 'EntityAlreadyExists',
  DeleteConflict: 'DeleteConflict',
  LimitExceeded: 'LimitExceeded',
  InvalidRequest: 'ValidationError',
  PreconditionFailed: 'EntityTemporarilyUnmodifiable',
  SlowDown: 'Throttling',
  Unavailable: 'ServiceUnavailable',
};

const FROM_DIRECTORY: Readonly<Record<DirectoryErrorCode, QueryErrorCode>> = {
  'wrong-credentials': 'AccessDenied',
  unreachable: 'IDPCommunicationError',
  busy: 'Throttling',
};

const FROM_S3: Partial<Record<S3ErrorCode, QueryErrorCode>> = {
  AccessDenied: 'AccessDenied',
  AuthorizationHeaderMalformed: 'IncompleteSignature',
  AuthorizationQueryParametersError: 'IncompleteSignature',
  ExpiredToken: 'ExpiredToken',
  InvalidAccessKeyId: 'InvalidClientTokenId',
  InvalidArgument: 'IncompleteSignature',
  InvalidRequest: 'IncompleteSignature',
  InvalidToken: 'InvalidClientTokenId',
  MaxMessageLengthExceeded: 'RequestEntityTooLarge',
  RequestTimeTooSkewed: 'SignatureDoesNotMatch',
  SignatureDoesNotMatch: 'SignatureDoesNotMatch',
  SlowDown: 'Throttling',
  XAmzContentSHA256Mismatch: 'SignatureDoesNotMatch',
};

const INVALID_KEY = 'The security token included in the request is invalid.';

/** Anything that was thrown. What has no name here is an internal failure and says nothing of its cause. */
export const toQueryError = (error: unknown): QueryError => {
  if (error instanceof QueryError) return error;
  if (error instanceof PolicyError) return new QueryError('MalformedPolicyDocument', error.message, { cause: error });
  if (error instanceof WebIdentityError) return new QueryError(error.code, error.message, { cause: error });
  if (error instanceof DirectoryError)
    return new QueryError(FROM_DIRECTORY[error.code], error.message, { cause: error });
  if (error instanceof CatalogError) {
    const code = FROM_CATALOG[error.code];
    if (code !== undefined) return new QueryError(code, error.message, { cause: error });
  }
  if (error instanceof S3Error) {
    const code = FROM_S3[error.code];
    const message = code === 'InvalidClientTokenId' ? INVALID_KEY : error.message;
    if (code !== undefined) return new QueryError(code, message, { cause: error });
  }
  return new QueryError('InternalFailure', 'The request failed because of an internal error.', { cause: error });
};
