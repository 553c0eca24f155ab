export { DEFAULT_LIMITS, type ObjectStorageLimits, PART_BYTES_MIN, PARTS_MAX, partBytesFor } from './limits.ts';
export type {
  CallOptions,
  CompletedPart,
  MultipartUpload,
  ObjectBody,
  ObjectStat,
  ObjectStore,
  PutOptions,
} from './object-store.ts';
export { OBJECT_STORE_ERROR_CODES, ObjectStoreError, type ObjectStoreErrorCode } from './object-store-error.ts';
export { S3ObjectStore, type S3ObjectStoreOptions } from './s3/s3-object-store.ts';
export { type LargeObjectSource, type UploadLargeOptions, uploadLargeObject } from './upload-large-object.ts';
