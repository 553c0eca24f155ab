import { analyticsOperations } from '../analytics-operations.ts';

export const putBucketAnalyticsConfiguration = analyticsOperations.put;
