import { intelligentTieringOperations } from '../configurations/intelligent-tiering-operations.ts';

export const getBucketIntelligentTieringConfiguration = intelligentTieringOperations.get;
