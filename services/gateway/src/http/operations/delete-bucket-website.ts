import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deleteBucketWebsite = deleteConfiguration('website');
