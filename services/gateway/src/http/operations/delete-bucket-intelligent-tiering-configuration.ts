import { intelligentTieringOperations } from '../intelligent-tiering-operations.ts';

export const deleteBucketIntelligentTieringConfiguration = intelligentTieringOperations.delete;
