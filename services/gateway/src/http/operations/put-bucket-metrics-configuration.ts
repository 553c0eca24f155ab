import { metricsOperations } from '../configurations/metrics-operations.ts';

export const putBucketMetricsConfiguration = metricsOperations.put;
