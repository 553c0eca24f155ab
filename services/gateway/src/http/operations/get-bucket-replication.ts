import { getConfiguration } from '../configurations/configuration-operations.ts';

export const getBucketReplication = getConfiguration('replication', 'ReplicationConfigurationNotFoundError');
