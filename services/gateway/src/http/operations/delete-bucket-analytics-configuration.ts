import { analyticsOperations } from '../configurations/analytics-operations.ts';

export const deleteBucketAnalyticsConfiguration = analyticsOperations.delete;
