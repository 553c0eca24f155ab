import { ENCRYPTION_CONFIGURATION } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';

export const putBucketEncryption = putConfiguration('encryption', ENCRYPTION_CONFIGURATION);
