import { intelligentTieringOperations } from '../intelligent-tiering-operations.ts';

export const listBucketIntelligentTieringConfigurations = intelligentTieringOperations.list;
