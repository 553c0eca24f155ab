import { metricsOperations } from '../configurations/metrics-operations.ts';

export const getBucketMetricsConfiguration = metricsOperations.get;
