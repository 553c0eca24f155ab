import { intelligentTieringOperations } from '../configurations/intelligent-tiering-operations.ts';

export const putBucketIntelligentTieringConfiguration = intelligentTieringOperations.put;
