import { deleteConfiguration } from '../configuration-operations.ts';

export const deleteBucketLifecycle = deleteConfiguration('lifecycle');
