import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deleteBucketPolicy = deleteConfiguration('policy');
