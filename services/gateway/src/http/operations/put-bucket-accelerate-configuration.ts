import { ACCELERATE_CONFIGURATION, S3Error } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';

export const putBucketAccelerateConfiguration = putConfiguration(
  'accelerate',
  ACCELERATE_CONFIGURATION,
  (configuration, { bucket }) => {
    if (bucket.name.includes('.')) {
      throw new S3Error('InvalidRequest', {
        message: 'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
      });
    }
    return configuration;
  },
);
