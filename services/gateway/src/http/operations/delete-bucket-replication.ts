import { deleteConfiguration } from '../configuration-operations.ts';

export const deleteBucketReplication = deleteConfiguration('replication');
