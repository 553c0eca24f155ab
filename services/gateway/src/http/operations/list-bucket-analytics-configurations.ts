import { analyticsOperations } from '../analytics-operations.ts';

export const listBucketAnalyticsConfigurations = analyticsOperations.list;
