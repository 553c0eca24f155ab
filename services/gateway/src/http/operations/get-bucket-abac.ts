import { ABAC_STATUS } from '@needlestack/s3-protocol';
import { getConfigurationOr } from '../configurations/configuration-operations.ts';

export const getBucketAbac = getConfigurationOr('abac', ABAC_STATUS.write({ status: 'Disabled' }));
