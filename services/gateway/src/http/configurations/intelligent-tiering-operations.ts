import { INTELLIGENT_TIERING_CONFIGURATION } from '@needlestack/s3-protocol';
import { namedConfigurationOperations } from './named-configuration-operations.ts';

export const intelligentTieringOperations = namedConfigurationOperations(
  'intelligent-tiering',
  INTELLIGENT_TIERING_CONFIGURATION,
);
