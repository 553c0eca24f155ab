import { metricsOperations } from '../metrics-operations.ts';

export const listBucketMetricsConfigurations = metricsOperations.list;
