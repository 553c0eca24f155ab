import { metricsOperations } from '../metrics-operations.ts';

export const getBucketMetricsConfiguration = metricsOperations.get;
