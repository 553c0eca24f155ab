import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deleteBucketOwnershipControls = deleteConfiguration('ownership');
