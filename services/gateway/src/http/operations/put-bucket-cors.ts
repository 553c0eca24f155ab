import { CORS_CONFIGURATION } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';

export const putBucketCors = putConfiguration('cors', CORS_CONFIGURATION);
