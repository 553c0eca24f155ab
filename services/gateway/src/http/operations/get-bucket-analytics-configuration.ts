import { analyticsOperations } from '../analytics-operations.ts';

export const getBucketAnalyticsConfiguration = analyticsOperations.get;
