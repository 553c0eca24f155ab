/** PutBucketInventoryConfiguration: lists of a bucket's objects, made daily or weekly. */
import { S3Error } from '../error/s3-error.ts';
import { boolean, listOf, oneOf, optional, record, required, type Shape, type Shaped, text } from '../xml/xml-shape.ts';
import { bucketOfArn } from './bucket-arn.ts';
import { keyPrefix } from './key-prefix.ts';
import { namedConfigurationDocument } from './named-configuration.ts';

const ENCRYPTION_SHAPE = record({
  sseS3: optional('SSE-S3', record({})),
  sseKms: optional('SSE-KMS', record({ keyId: required('KeyId', text()) })),
});

const DESTINATION_SHAPE = record({
  accountId: optional('AccountId', text()),
  bucket: required('Bucket', text()),
  format: required('Format', oneOf('CSV', 'ORC', 'Parquet')),
  prefix: optional('Prefix', keyPrefix()),
  encryption: optional('Encryption', ENCRYPTION_SHAPE),
});

const INVENTORY_FIELDS = [
  'Size',
  'LastModifiedDate',
  'StorageClass',
  'ETag',
  'IsMultipartUploaded',
  'ReplicationStatus',
  'EncryptionStatus',
  'ObjectLockRetainUntilDate',
  'ObjectLockMode',
  'ObjectLockLegalHoldStatus',
  'IntelligentTieringAccessTier',
  'BucketKeyStatus',
  'ChecksumAlgorithm',
  'ObjectAccessControlList',
  'ObjectOwner',
  'LifecycleExpirationDate',
] as const;

const SHAPE = record({
  id: required('Id', text()),
  isEnabled: required('IsEnabled', boolean()),
  filter: optional('Filter', record({ prefix: required('Prefix', keyPrefix()) })),
  destination: required('Destination', record({ s3: required('S3BucketDestination', DESTINATION_SHAPE) })),
  schedule: required('Schedule', record({ frequency: required('Frequency', oneOf('Daily', 'Weekly')) })),
  includedVersions: required('IncludedObjectVersions', oneOf('All', 'Current')),
  fields: optional('OptionalFields', listOf('Field', oneOf(...INVENTORY_FIELDS))),
});

export type InventoryConfiguration = Shaped<typeof SHAPE>;

export const INVENTORY_CONFIGURATION = namedConfigurationDocument(
  'InventoryConfiguration',
  'ListInventoryConfigurationsResult',
  SHAPE as Shape<InventoryConfiguration>,
  ({ destination: { s3 } }) => {
    if (bucketOfArn(s3.bucket) === undefined) {
      throw new S3Error('InvalidS3DestinationBucket', {
        message: 'Invalid bucket ARN.',
        details: { ArgumentName: 'Bucket', ArgumentValue: s3.bucket },
      });
    }
    if (s3.encryption !== undefined && (s3.encryption.sseS3 === undefined) === (s3.encryption.sseKms === undefined)) {
      throw new S3Error('MalformedXML');
    }
    // Written as CSV and Parquet only.
    if (s3.format === 'ORC') {
      throw new S3Error('NotImplemented', {
        message: 'Inventories are not written as ORC.',
        details: { Header: 'Format' },
      });
    }
  },
);
