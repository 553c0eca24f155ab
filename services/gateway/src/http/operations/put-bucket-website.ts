import { WEBSITE_CONFIGURATION } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';

export const putBucketWebsite = putConfiguration('website', WEBSITE_CONFIGURATION);
