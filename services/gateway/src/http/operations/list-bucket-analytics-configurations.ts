import { analyticsOperations } from '../configurations/analytics-operations.ts';

export const listBucketAnalyticsConfigurations = analyticsOperations.list;
