import { analyticsOperations } from '../analytics-operations.ts';

export const deleteBucketAnalyticsConfiguration = analyticsOperations.delete;
