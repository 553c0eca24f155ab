import type { StaticAction } from '@needlestack/access-control';

/** The operations that are served, each with the action that its caller needs on the addressed resource. */
export const S3_OPERATIONS = {
  ListBuckets: 'List',
  CreateBucket: 'Admin',
  HeadBucket: 'List',
  DeleteBucket: 'Admin',
  GetBucketLocation: 'List',
  GetBucketAcl: 'ReadAcp',
  GetBucketNotificationConfiguration: 'Read',
  PutBucketNotificationConfiguration: 'Admin',
  GetUnsetBucketConfiguration: 'Read',
  ListObjects: 'List',
  ListObjectsV2: 'List',
  ListMultipartUploads: 'List',
  DeleteObjects: 'Write',
  GetObject: 'Read',
  HeadObject: 'Read',
  PutObject: 'Write',
  CopyObject: 'Write',
  DeleteObject: 'Write',
  GetObjectAcl: 'ReadAcp',
  GetObjectAttributes: 'Read',
  GetObjectTagging: 'Read',
  GetObjectLockState: 'Read',
  CreateMultipartUpload: 'Write',
  UploadPart: 'Write',
  UploadPartCopy: 'Write',
  CompleteMultipartUpload: 'Write',
  AbortMultipartUpload: 'Write',
  ListParts: 'Read',
  SelectObjectContent: 'Read',
} as const satisfies Record<string, StaticAction>;

export type S3OperationName = keyof typeof S3_OPERATIONS;

/** Operations that take keys in their body: the action is checked for each key, not for the bucket. */
export const CHECKS_EACH_KEY: ReadonlySet<S3OperationName> = new Set<S3OperationName>(['DeleteObjects']);
