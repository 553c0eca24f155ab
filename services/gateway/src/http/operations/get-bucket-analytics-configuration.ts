import { analyticsOperations } from '../configurations/analytics-operations.ts';

export const getBucketAnalyticsConfiguration = analyticsOperations.get;
