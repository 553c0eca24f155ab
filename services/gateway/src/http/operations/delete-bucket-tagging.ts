import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deleteBucketTagging = deleteConfiguration('tagging');
