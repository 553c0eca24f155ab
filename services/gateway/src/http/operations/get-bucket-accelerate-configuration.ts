import { writeEmptyDocument } from '@needlestack/s3-protocol';
import { getConfigurationOr } from '../configurations/configuration-operations.ts';

export const getBucketAccelerateConfiguration = getConfigurationOr(
  'accelerate',
  writeEmptyDocument('AccelerateConfiguration'),
);
