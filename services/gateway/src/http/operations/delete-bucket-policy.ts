import { deleteConfiguration } from '../configuration-operations.ts';

export const deleteBucketPolicy = deleteConfiguration('policy');
