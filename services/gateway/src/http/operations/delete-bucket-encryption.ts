import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deleteBucketEncryption = deleteConfiguration('encryption');
