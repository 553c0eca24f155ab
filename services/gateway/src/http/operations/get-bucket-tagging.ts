import { getConfiguration } from '../configurations/configuration-operations.ts';

export const getBucketTagging = getConfiguration('tagging', 'NoSuchTagSet');
