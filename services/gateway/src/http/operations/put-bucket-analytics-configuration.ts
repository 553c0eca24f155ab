import { analyticsOperations } from '../configurations/analytics-operations.ts';

export const putBucketAnalyticsConfiguration = analyticsOperations.put;
