export {
  type Appended,
  BufferedMultipartWriter,
  type BufferedMultipartWriterOptions,
} from './buffered-multipart-writer.ts';
export { type Clock, SYSTEM_CLOCK } from './clock.ts';
export {
  ConfigurationError,
  type FsStorageConfig,
  type ObjectStorageConfig,
  readObjectStorageConfig,
  type S3StorageConfig,
} from './config.ts';
export {
  CREDENTIAL_ORDERS,
  type CredentialChainOptions,
  type CredentialOrder,
  createCredentialChain,
} from './credentials/credential-chain.ts';
export {
  type CredentialSource,
  type Credentials,
  staticCredentials,
} from './credentials/credential-source.ts';
export { FsStorage } from './fs/fs-storage.ts';
export {
  DEFAULT_REQUEST_LIMITS,
  PART_BYTES_DEFAULT,
  PART_BYTES_MAX,
  PART_BYTES_MIN,
  PARTS_IN_FLIGHT_DEFAULT,
  PARTS_MAX,
  partBytesFor,
  type RequestLimits,
} from './limits.ts';
export { MemoryStorage } from './memory/memory-storage.ts';
export type {
  CallOptions,
  CompletedPart,
  ConditionalWriteOptions,
  ConditionalWrites,
  DeleteFailure,
  ListedObject,
  ListOptions,
  MultipartOptions,
  MultipartUpload,
  ObjectAttributes,
  ObjectBody,
  ObjectChecksum,
  ObjectStat,
  ObjectStorage,
  RangeOptions,
  WriteCondition,
  WriteOptions,
  WrittenObject,
} from './object-storage.ts';
export {
  HandleStateError,
  isObjectStorageError,
  OBJECT_STORAGE_ERROR_CODES,
  ObjectStorageError,
  type ObjectStorageErrorCode,
} from './object-storage-error.ts';
export { type OpenOptions, openObjectStorage, openWriter } from './open-object-storage.ts';
export { type ReadLargeOptions, readLargeObject } from './read-large-object.ts';
export { S3Storage, type S3StorageOptions } from './s3/s3-storage.ts';
export { Secret } from './secret.ts';
export { Slots } from './slots.ts';
export { TlsFiles, type TlsPaths } from './tls-files.ts';
export { WRITER_EVENTS, WRITER_STATES, type WriterEvent, type WriterState } from './writer-state.ts';
