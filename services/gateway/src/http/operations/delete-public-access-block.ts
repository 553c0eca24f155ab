import { deleteConfiguration } from '../configuration-operations.ts';

export const deletePublicAccessBlock = deleteConfiguration('public-access-block');
