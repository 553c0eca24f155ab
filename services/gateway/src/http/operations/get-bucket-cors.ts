import { getConfiguration } from '../configurations/configuration-operations.ts';

export const getBucketCors = getConfiguration('cors', 'NoSuchCORSConfiguration');
