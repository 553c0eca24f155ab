/**
 * Every S3 operation with what its caller needs: the IAM action, where it is asked, and which ACL permission grants it too. What a
 * request needs beside that (tags, ACLs, retention in its headers) is `extra-actions.ts`'s affair.
 */
import type { AclPermission } from '../acl/acl.ts';

export interface S3Permission {
  readonly action: string;
  /** In its place when the request names a version. */
  readonly versionAction?: string;
  /** Where it is asked. */
  readonly on: 'account' | 'bucket' | 'object';
  /** A grant that allows it, in the ACL of the bucket or of the object. */
  readonly acl?: { readonly of: 'bucket' | 'object'; readonly permission: AclPermission };
  /** It is the object owner's to allow, not the bucket owner's, where ownership lets objects have other owners. */
  readonly isObjectOwners?: boolean;
}

const onAccount = (action: string): S3Permission => ({ action, on: 'account' });
const onBucket = (action: string, permission?: AclPermission): S3Permission =>
  permission === undefined ? { action, on: 'bucket' } : { action, on: 'bucket', acl: { of: 'bucket', permission } };
const onObject = (action: string, versionAction = action): S3Permission => ({ action, versionAction, on: 'object' });
/** Allowed by WRITE on the bucket. */
const writesObject = (action: string): S3Permission => ({
  ...onObject(action),
  acl: { of: 'bucket', permission: 'WRITE' },
});
const ofObjectOwner = (action: string, versionAction: string, permission: AclPermission): S3Permission => ({
  ...onObject(action, versionAction),
  acl: { of: 'object', permission },
  isObjectOwners: true,
});

const READS_OBJECT = ofObjectOwner('s3:GetObject', 's3:GetObjectVersion', 'READ');
const LISTS_BUCKET = onBucket('s3:ListBucket', 'READ');
const PUTS_OBJECT = writesObject('s3:PutObject');

export const S3_PERMISSIONS = {
  ListBuckets: onAccount('s3:ListAllMyBuckets'),
  ListDirectoryBuckets: onAccount('s3express:ListAllMyDirectoryBuckets'),
  GetAccountPublicAccessBlock: onAccount('s3:GetAccountPublicAccessBlock'),
  PutAccountPublicAccessBlock: onAccount('s3:PutAccountPublicAccessBlock'),
  DeleteAccountPublicAccessBlock: onAccount('s3:PutAccountPublicAccessBlock'),

  CreateBucket: onBucket('s3:CreateBucket'),
  HeadBucket: LISTS_BUCKET,
  DeleteBucket: onBucket('s3:DeleteBucket'),
  GetBucketLocation: onBucket('s3:GetBucketLocation'),
  CreateSession: onBucket('s3express:CreateSession'),

  ListObjects: LISTS_BUCKET,
  ListObjectsV2: LISTS_BUCKET,
  ListObjectVersions: onBucket('s3:ListBucketVersions', 'READ'),
  ListMultipartUploads: onBucket('s3:ListBucketMultipartUploads', 'READ'),

  GetBucketAcl: onBucket('s3:GetBucketAcl', 'READ_ACP'),
  PutBucketAcl: onBucket('s3:PutBucketAcl', 'WRITE_ACP'),
  GetBucketPolicy: onBucket('s3:GetBucketPolicy'),
  PutBucketPolicy: onBucket('s3:PutBucketPolicy'),
  DeleteBucketPolicy: onBucket('s3:DeleteBucketPolicy'),
  GetBucketPolicyStatus: onBucket('s3:GetBucketPolicyStatus'),
  GetBucketOwnershipControls: onBucket('s3:GetBucketOwnershipControls'),
  PutBucketOwnershipControls: onBucket('s3:PutBucketOwnershipControls'),
  DeleteBucketOwnershipControls: onBucket('s3:PutBucketOwnershipControls'),
  GetPublicAccessBlock: onBucket('s3:GetBucketPublicAccessBlock'),
  PutPublicAccessBlock: onBucket('s3:PutBucketPublicAccessBlock'),
  DeletePublicAccessBlock: onBucket('s3:PutBucketPublicAccessBlock'),
  GetBucketAbac: onBucket('s3:GetBucketAbac'),
  PutBucketAbac: onBucket('s3:PutBucketAbac'),

  GetBucketVersioning: onBucket('s3:GetBucketVersioning'),
  PutBucketVersioning: onBucket('s3:PutBucketVersioning'),
  GetObjectLockConfiguration: onBucket('s3:GetBucketObjectLockConfiguration'),
  PutObjectLockConfiguration: onBucket('s3:PutBucketObjectLockConfiguration'),
  GetBucketTagging: onBucket('s3:GetBucketTagging'),
  PutBucketTagging: onBucket('s3:PutBucketTagging'),
  DeleteBucketTagging: onBucket('s3:PutBucketTagging'),
  GetBucketCors: onBucket('s3:GetBucketCORS'),
  PutBucketCors: onBucket('s3:PutBucketCORS'),
  DeleteBucketCors: onBucket('s3:PutBucketCORS'),
  GetBucketEncryption: onBucket('s3:GetEncryptionConfiguration'),
  PutBucketEncryption: onBucket('s3:PutEncryptionConfiguration'),
  DeleteBucketEncryption: onBucket('s3:PutEncryptionConfiguration'),
  GetBucketLifecycle: onBucket('s3:GetLifecycleConfiguration'),
  PutBucketLifecycle: onBucket('s3:PutLifecycleConfiguration'),
  GetBucketLifecycleConfiguration: onBucket('s3:GetLifecycleConfiguration'),
  PutBucketLifecycleConfiguration: onBucket('s3:PutLifecycleConfiguration'),
  DeleteBucketLifecycle: onBucket('s3:PutLifecycleConfiguration'),
  GetBucketReplication: onBucket('s3:GetReplicationConfiguration'),
  PutBucketReplication: onBucket('s3:PutReplicationConfiguration'),
  DeleteBucketReplication: onBucket('s3:PutReplicationConfiguration'),
  GetBucketNotificationConfiguration: onBucket('s3:GetBucketNotification'),
  PutBucketNotificationConfiguration: onBucket('s3:PutBucketNotification'),
  GetBucketNotification: onBucket('s3:GetBucketNotification'),
  PutBucketNotification: onBucket('s3:PutBucketNotification'),
  GetBucketLogging: onBucket('s3:GetBucketLogging'),
  PutBucketLogging: onBucket('s3:PutBucketLogging'),
  GetBucketWebsite: onBucket('s3:GetBucketWebsite'),
  PutBucketWebsite: onBucket('s3:PutBucketWebsite'),
  DeleteBucketWebsite: onBucket('s3:DeleteBucketWebsite'),
  GetBucketRequestPayment: onBucket('s3:GetBucketRequestPayment'),
  PutBucketRequestPayment: onBucket('s3:PutBucketRequestPayment'),
  GetBucketAccelerateConfiguration: onBucket('s3:GetAccelerateConfiguration'),
  PutBucketAccelerateConfiguration: onBucket('s3:PutAccelerateConfiguration'),
  GetBucketInventoryConfiguration: onBucket('s3:GetInventoryConfiguration'),
  ListBucketInventoryConfigurations: onBucket('s3:GetInventoryConfiguration'),
  PutBucketInventoryConfiguration: onBucket('s3:PutInventoryConfiguration'),
  DeleteBucketInventoryConfiguration: onBucket('s3:PutInventoryConfiguration'),
  GetBucketAnalyticsConfiguration: onBucket('s3:GetAnalyticsConfiguration'),
  ListBucketAnalyticsConfigurations: onBucket('s3:GetAnalyticsConfiguration'),
  PutBucketAnalyticsConfiguration: onBucket('s3:PutAnalyticsConfiguration'),
  DeleteBucketAnalyticsConfiguration: onBucket('s3:PutAnalyticsConfiguration'),
  GetBucketMetricsConfiguration: onBucket('s3:GetMetricsConfiguration'),
  ListBucketMetricsConfigurations: onBucket('s3:GetMetricsConfiguration'),
  PutBucketMetricsConfiguration: onBucket('s3:PutMetricsConfiguration'),
  DeleteBucketMetricsConfiguration: onBucket('s3:PutMetricsConfiguration'),
  GetBucketIntelligentTieringConfiguration: onBucket('s3:GetIntelligentTieringConfiguration'),
  ListBucketIntelligentTieringConfigurations: onBucket('s3:GetIntelligentTieringConfiguration'),
  PutBucketIntelligentTieringConfiguration: onBucket('s3:PutIntelligentTieringConfiguration'),
  DeleteBucketIntelligentTieringConfiguration: onBucket('s3:PutIntelligentTieringConfiguration'),
  GetBucketMetadataConfiguration: onBucket('s3:GetBucketMetadataTableConfiguration'),
  CreateBucketMetadataConfiguration: onBucket('s3:CreateBucketMetadataTableConfiguration'),
  DeleteBucketMetadataConfiguration: onBucket('s3:DeleteBucketMetadataTableConfiguration'),
  GetBucketMetadataTableConfiguration: onBucket('s3:GetBucketMetadataTableConfiguration'),
  CreateBucketMetadataTableConfiguration: onBucket('s3:CreateBucketMetadataTableConfiguration'),
  DeleteBucketMetadataTableConfiguration: onBucket('s3:DeleteBucketMetadataTableConfiguration'),
  UpdateBucketMetadataInventoryTableConfiguration: onBucket('s3:UpdateBucketMetadataInventoryTableConfiguration'),
  UpdateBucketMetadataJournalTableConfiguration: onBucket('s3:UpdateBucketMetadataJournalTableConfiguration'),

  GetObject: READS_OBJECT,
  HeadObject: READS_OBJECT,
  SelectObjectContent: READS_OBJECT,
  GetObjectTorrent: ofObjectOwner('s3:GetObjectTorrent', 's3:GetObjectVersionTorrent', 'READ'),
  GetObjectAttributes: READS_OBJECT,
  GetObjectAcl: ofObjectOwner('s3:GetObjectAcl', 's3:GetObjectVersionAcl', 'READ_ACP'),
  PutObjectAcl: ofObjectOwner('s3:PutObjectAcl', 's3:PutObjectVersionAcl', 'WRITE_ACP'),
  GetObjectTagging: onObject('s3:GetObjectTagging', 's3:GetObjectVersionTagging'),
  PutObjectTagging: onObject('s3:PutObjectTagging', 's3:PutObjectVersionTagging'),
  DeleteObjectTagging: onObject('s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'),
  GetObjectRetention: onObject('s3:GetObjectRetention'),
  PutObjectRetention: onObject('s3:PutObjectRetention'),
  GetObjectLegalHold: onObject('s3:GetObjectLegalHold'),
  PutObjectLegalHold: onObject('s3:PutObjectLegalHold'),

  PutObject: PUTS_OBJECT,
  PostObject: PUTS_OBJECT,
  CopyObject: PUTS_OBJECT,
  CreateMultipartUpload: PUTS_OBJECT,
  UploadPart: PUTS_OBJECT,
  UploadPartCopy: PUTS_OBJECT,
  CompleteMultipartUpload: PUTS_OBJECT,
  AbortMultipartUpload: onObject('s3:AbortMultipartUpload'),
  ListParts: onObject('s3:ListMultipartUploadParts'),
  DeleteObject: {
    ...onObject('s3:DeleteObject', 's3:DeleteObjectVersion'),
    acl: { of: 'bucket', permission: 'WRITE' },
  },
  /** Asked for each key of the body. */
  DeleteObjects: {
    ...onObject('s3:DeleteObject', 's3:DeleteObjectVersion'),
    acl: { of: 'bucket', permission: 'WRITE' },
  },
  RenameObject: PUTS_OBJECT,
  RestoreObject: onObject('s3:RestoreObject'),
  UpdateObjectEncryption: onObject('s3:UpdateObjectEncryption'),
  WriteGetObjectResponse: onObject('s3-object-lambda:WriteGetObjectResponse'),
} as const satisfies Record<string, S3Permission>;

export type S3PermissionName = keyof typeof S3_PERMISSIONS;

/** Typed alike for all operations. */
export const permissionOf = (operation: S3PermissionName): S3Permission => S3_PERMISSIONS[operation];
