import { getConfiguration } from '../configuration-operations.ts';

export const getPublicAccessBlock = getConfiguration('public-access-block', 'NoSuchPublicAccessBlockConfiguration');
