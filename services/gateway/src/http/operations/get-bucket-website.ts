import { getConfiguration } from '../configuration-operations.ts';

export const getBucketWebsite = getConfiguration('website', 'NoSuchWebsiteConfiguration');
