import { metricsOperations } from '../metrics-operations.ts';

export const putBucketMetricsConfiguration = metricsOperations.put;
