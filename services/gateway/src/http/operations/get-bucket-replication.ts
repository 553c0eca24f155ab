import { getConfiguration } from '../configuration-operations.ts';

export const getBucketReplication = getConfiguration('replication', 'ReplicationConfigurationNotFoundError');
