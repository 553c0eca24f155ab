export {
  type AccountConfigKind,
  BUCKET_CONFIG_CODES,
  type Bucket,
  type BucketConfigKind,
  type BucketConfigValue,
  type CreateBucketRequest,
  type DefaultRetention,
  hasBucketConfig,
  type PutBucketConfigOptions,
  type VersioningState,
  withBucketConfig,
} from './bucket.ts';
export { createGrpcCatalog, type GrpcCatalog, type GrpcCatalogOptions } from './catalog/grpc-catalog.ts';
export type {
  CatalogPort,
  CompletedUpload,
  CompleteUploadRequest,
  CreateUploadRequest,
  GarbageEntry,
  IdentityRecord,
  ListPartsPage,
  ListPartsRequest,
  ListUploadsPage,
  ListUploadsRequest,
  OutboxPage,
  OutboxRow,
  PutPartRequest,
  Upload,
  UploadedPart,
} from './catalog-api.ts';
export { CATALOG_ERROR_CODES, CatalogError, type CatalogErrorCode } from './catalog-error.ts';
export type { Chunk } from './chunk.ts';
export {
  IAM_KINDS,
  type IamAccessKey,
  type IamAccount,
  type IamAnswers,
  type IamBearer,
  type IamChange,
  type IamChangeOf,
  type IamEntity,
  type IamEntityOf,
  type IamGroup,
  type IamHolder,
  type IamInstanceProfile,
  type IamKeyOwner,
  type IamKeyUse,
  type IamKind,
  type IamLdapBearer,
  type IamLdapEntry,
  type IamLoginProfile,
  type IamOidcProvider,
  type IamPasswordPolicy,
  type IamPlace,
  type IamPolicy,
  type IamPolicyVersion,
  type IamQuestions,
  type IamRole,
  type IamTags,
  type IamUser,
  type NewIamEntity,
} from './iam-api.ts';
export { GrpcMaster } from './master/grpc-master.ts';
export type { FileIdLease, LeaseRequest, MasterPort, VolumeLocation } from './master-api.ts';
export { GrpcNotify } from './notify/grpc-notify.ts';
export type { NotifyPort, NotifyTarget } from './notify-api.ts';
export type { ByteRange, ObjectReader, ReadableObject } from './object-reader.ts';
export type {
  CommitObjectRequest,
  CommittedObject,
  DeleteCondition,
  DeletedObject,
  DeleteObjectRequest,
  DeleteObjectsRequest,
  DeleteOutcome,
  EventContext,
  ListedVersion,
  ListObjectsPage,
  ListObjectsRequest,
  ListObjectVersionsPage,
  ListObjectVersionsRequest,
  ReadCondition,
  RenameObjectRequest,
  SharedChunks,
  UpdateVersionRequest,
  VersionChange,
  WriteCondition,
} from './object-requests.ts';
export type {
  ChecksumAlgorithm,
  CompletedPart,
  ListedObject,
  NewObjectVersion,
  ObjectChecksum,
  ObjectEncryption,
  ObjectLock,
  ObjectVersion,
  RemoteTierPointer,
  RestoreState,
  Retention,
} from './object-version.ts';
export { GrpcSelect } from './select/grpc-select.ts';
export { type SelectDocument, SelectError, type SelectPort, type SelectRequest } from './select-api.ts';
export { SessionDataPlane, toVolumeError } from './volume/session-data-plane.ts';
export { DELETE_NEEDLES, READ_NEEDLE, WRITE_NEEDLE } from './volume/volume-session.ts';
export {
  NEEDLE_OVERHEAD_MAX_BYTES,
  type NeedleId,
  type ReadNeedleRequest,
  type VolumeDataPlane,
  type WriteNeedleRequest,
  type WrittenNeedle,
} from './volume-api.ts';
export { VOLUME_ERROR_CODES, VolumeError, type VolumeErrorCode } from './volume-error.ts';
