import { metricsOperations } from '../configurations/metrics-operations.ts';

export const deleteBucketMetricsConfiguration = metricsOperations.delete;
