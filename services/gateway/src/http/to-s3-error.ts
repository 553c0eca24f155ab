/** The one place where refusals of other services become S3's. */
import { S3Error, type S3ErrorCode } from '@needlestack/s3-protocol';
import {
  CATALOG_ERROR_CODES,
  CatalogError,
  type CatalogErrorCode,
  VolumeError,
  type VolumeErrorCode,
} from '@needlestack/service-contracts';

/** Anything that was thrown, as an answer. What S3 has no name for is an internal error and says nothing of its cause. */
export const toS3Error = (error: unknown): S3Error => {
  if (error instanceof S3Error) return error;
  if (error instanceof CatalogError) return fromCatalog(error);
  if (error instanceof VolumeError) return fromVolume(error);
  return new S3Error('InternalError', { cause: error });
};

/** A refusal of a method that says which. Of versions, only delete markers refuse some, and they can but be deleted. */
export const withMethod = (error: S3Error, method: string): S3Error => {
  const { code, details, headers } = error;
  if (code !== 'MethodNotAllowed' || details.Method !== undefined) return error;
  return new S3Error(code, {
    details: { Method: method, ...details },
    headers: [...headers, 'x-amz-delete-marker', 'true', 'Allow', 'DELETE'],
    cause: error.cause,
  });
};

const CATALOG_CODES: Readonly<Record<CatalogErrorCode, S3ErrorCode>> = {
  NoSuchBucket: 'NoSuchBucket',
  NoSuchKey: 'NoSuchKey',
  NoSuchVersion: 'NoSuchVersion',
  NoSuchUpload: 'NoSuchUpload',
  NoSuchConfiguration: 'InternalError',
  BucketAlreadyExists: 'BucketAlreadyExists',
  BucketAlreadyOwnedByYou: 'BucketAlreadyOwnedByYou',
  BucketNotEmpty: 'BucketNotEmpty',
  PreconditionFailed: 'PreconditionFailed',
  ConditionalRequestConflict: 'ConditionalRequestConflict',
  InvalidPart: 'InvalidPart',
  InvalidPartOrder: 'InvalidPartOrder',
  EntityTooSmall: 'EntityTooSmall',
  InvalidRequest: 'InvalidRequest',
  MethodNotAllowed: 'MethodNotAllowed',
  InvalidVersionId: 'InvalidArgument',
  InvalidBucketState: 'InvalidBucketState',
  ObjectLocked: 'AccessDenied',
  // Only calls of IAM meet these, and say them in their own words.
  NoSuchEntity: 'InternalError',
  EntityAlreadyExists: 'InternalError',
  DeleteConflict: 'InternalError',
  LimitExceeded: 'InternalError',
  SlowDown: 'SlowDown',
  Unavailable: 'ServiceUnavailable',
};

/** Codes whose message S3 fixes; those of the catalog say more only for the others. */
const KEEPS_MESSAGE: ReadonlySet<CatalogErrorCode> = new Set<CatalogErrorCode>([
  'InvalidRequest',
  'InvalidVersionId',
  'InvalidBucketState',
]);

/** A refusal that came as text: that of one key of DeleteObjects. */
export const fromCatalogText = (code: string, message: string): S3Error => {
  const known = CATALOG_ERROR_CODES.find((one) => one === code);
  return known === undefined ? new S3Error('InternalError') : fromCatalog(new CatalogError(known, message));
};

const fromCatalog = (error: CatalogError): S3Error =>
  new S3Error(CATALOG_CODES[error.code], {
    details: error.details,
    cause: error,
    ...(KEEPS_MESSAGE.has(error.code) ? { message: error.message } : undefined),
  });

const VOLUME_CODES: Readonly<Record<VolumeErrorCode, S3ErrorCode>> = {
  'volume-not-found': 'ServiceUnavailable',
  'needle-not-found': 'InternalError',
  'cookie-mismatch': 'InternalError',
  'checksum-mismatch': 'InternalError',
  'read-only': 'ServiceUnavailable',
  'no-space': 'ServiceUnavailable',
  'too-large': 'InternalError',
  'replication-failed': 'ServiceUnavailable',
  overloaded: 'SlowDown',
  'io-error': 'InternalError',
  'shutting-down': 'ServiceUnavailable',
  'invalid-argument': 'InternalError',
  unreachable: 'ServiceUnavailable',
};

const fromVolume = (error: VolumeError): S3Error =>
  new S3Error(VOLUME_CODES[error.code], {
    cause: error,
    ...(error.code === 'no-space' ? { message: 'There is no space left to store the object.' } : undefined),
  });
