import { deleteConfiguration } from '../configuration-operations.ts';

export const deleteBucketWebsite = deleteConfiguration('website');
