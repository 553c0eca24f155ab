/** Every way in which the catalog refuses. The names are S3's where S3 has one. */
export const CATALOG_ERROR_CODES = [
  'NoSuchBucket',
  'NoSuchKey',
  'NoSuchVersion',
  'NoSuchUpload',
  'NoSuchConfiguration',
  'BucketAlreadyExists',
  'BucketAlreadyOwnedByYou',
  'BucketNotEmpty',
  'PreconditionFailed',
  'ConditionalRequestConflict',
  'InvalidPart',
  'InvalidPartOrder',
  'EntityTooSmall',
  'InvalidRequest',
  'MethodNotAllowed',
  'InvalidVersionId',
  'InvalidBucketState',
  'ObjectLocked',
  'NoSuchEntity',
  'EntityAlreadyExists',
  'DeleteConflict',
  'LimitExceeded',
  'SlowDown',
  'Unavailable',
] as const;

export type CatalogErrorCode = (typeof CATALOG_ERROR_CODES)[number];

/** A refusal of the catalog. Nothing was changed by the refused call. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';
  readonly code: CatalogErrorCode;
  /** Facts for the error answer, such as `PartNumber`, `Condition`, `MinSizeAllowed`. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: CatalogErrorCode, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
