import { intelligentTieringOperations } from '../configurations/intelligent-tiering-operations.ts';

export const deleteBucketIntelligentTieringConfiguration = intelligentTieringOperations.delete;
