import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deletePublicAccessBlock = deleteConfiguration('public-access-block');
