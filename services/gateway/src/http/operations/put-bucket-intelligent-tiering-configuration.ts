import { intelligentTieringOperations } from '../intelligent-tiering-operations.ts';

export const putBucketIntelligentTieringConfiguration = intelligentTieringOperations.put;
