import { METRICS_CONFIGURATION } from '@needlestack/s3-protocol';
import { namedConfigurationOperations } from './named-configuration-operations.ts';

export const metricsOperations = namedConfigurationOperations('metrics', METRICS_CONFIGURATION);
