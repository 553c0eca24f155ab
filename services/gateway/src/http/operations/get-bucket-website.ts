import { getConfiguration } from '../configurations/configuration-operations.ts';

export const getBucketWebsite = getConfiguration('website', 'NoSuchWebsiteConfiguration');
