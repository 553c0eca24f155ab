import { metricsOperations } from '../configurations/metrics-operations.ts';

export const listBucketMetricsConfigurations = metricsOperations.list;
