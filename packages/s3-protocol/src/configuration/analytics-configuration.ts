/** PutBucketAnalyticsConfiguration: how often objects of a filter are read. */
import { S3Error } from '../error/s3-error.ts';
import { oneOf, optional, record, required, type Shaped, text } from '../xml/xml-shape.ts';
import { bucketOfArn } from './bucket-arn.ts';
import { keyPrefix } from './key-prefix.ts';
import { namedConfigurationDocument } from './named-configuration.ts';
import { compileFilter, FILTER_SHAPE, requireSeparateConditions } from './object-filter.ts';

const S3_DESTINATION = record({
  format: required('Format', oneOf('CSV')),
  bucketAccountId: optional('BucketAccountId', text()),
  bucket: required('Bucket', text()),
  prefix: optional('Prefix', keyPrefix()),
});

const EXPORT_SHAPE = record({
  schemaVersion: required('OutputSchemaVersion', oneOf('V_1')),
  destination: required('Destination', record({ s3: required('S3BucketDestination', S3_DESTINATION) })),
});

const SHAPE = record({
  id: required('Id', text()),
  filter: optional('Filter', FILTER_SHAPE),
  analysis: required('StorageClassAnalysis', record({ dataExport: optional('DataExport', EXPORT_SHAPE) })),
});

export type AnalyticsConfiguration = Shaped<typeof SHAPE>;

export const ANALYTICS_CONFIGURATION = namedConfigurationDocument(
  'AnalyticsConfiguration',
  'ListBucketAnalyticsConfigurationsResult',
  SHAPE,
  ({ filter, analysis }) => {
    if (filter !== undefined) {
      requireSeparateConditions(filter);
      compileFilter(filter);
    }
    const bucket = analysis.dataExport?.destination.s3.bucket;
    if (bucket === undefined || bucketOfArn(bucket) !== undefined) return;
    throw new S3Error('InvalidS3DestinationBucket', {
      message: 'Invalid bucket ARN.',
      details: { ArgumentName: 'Bucket', ArgumentValue: bucket },
    });
  },
);
