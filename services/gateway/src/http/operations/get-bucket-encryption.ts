import { getConfiguration } from '../configuration-operations.ts';

export const getBucketEncryption = getConfiguration('encryption', 'ServerSideEncryptionConfigurationNotFoundError');
