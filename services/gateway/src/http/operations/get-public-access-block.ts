import { getConfiguration } from '../configurations/configuration-operations.ts';

export const getPublicAccessBlock = getConfiguration('public-access-block', 'NoSuchPublicAccessBlockConfiguration');
