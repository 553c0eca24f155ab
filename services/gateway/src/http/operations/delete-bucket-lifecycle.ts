import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deleteBucketLifecycle = deleteConfiguration('lifecycle');
