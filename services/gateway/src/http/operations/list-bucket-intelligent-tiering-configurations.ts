import { intelligentTieringOperations } from '../configurations/intelligent-tiering-operations.ts';

export const listBucketIntelligentTieringConfigurations = intelligentTieringOperations.list;
