import { deleteConfiguration } from '../configuration-operations.ts';

export const deleteBucketEncryption = deleteConfiguration('encryption');
