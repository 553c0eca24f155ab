import { CORS_CONFIGURATION } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configuration-operations.ts';

export const putBucketCors = putConfiguration('cors', CORS_CONFIGURATION);
