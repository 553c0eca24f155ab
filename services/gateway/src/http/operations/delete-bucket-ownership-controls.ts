import { deleteConfiguration } from '../configuration-operations.ts';

export const deleteBucketOwnershipControls = deleteConfiguration('ownership');
