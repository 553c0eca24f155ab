import { deleteConfiguration } from '../configurations/configuration-operations.ts';

export const deleteBucketCors = deleteConfiguration('cors');
