import { getConfiguration } from '../configuration-operations.ts';

export const getBucketLifecycleConfiguration = getConfiguration('lifecycle', 'NoSuchLifecycleConfiguration');
