import { metricsOperations } from '../metrics-operations.ts';

export const deleteBucketMetricsConfiguration = metricsOperations.delete;
