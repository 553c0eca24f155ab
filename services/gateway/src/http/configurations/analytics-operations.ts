import { ANALYTICS_CONFIGURATION } from '@needlestack/s3-protocol';
import { namedConfigurationOperations } from './named-configuration-operations.ts';

export const analyticsOperations = namedConfigurationOperations('analytics', ANALYTICS_CONFIGURATION);
