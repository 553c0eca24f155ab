import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deleteBucketReplication = deleteConfiguration('replication');
