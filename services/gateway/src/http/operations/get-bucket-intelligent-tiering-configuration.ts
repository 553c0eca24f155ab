import { intelligentTieringOperations } from '../intelligent-tiering-operations.ts';

export const getBucketIntelligentTieringConfiguration = intelligentTieringOperations.get;
