import { PUBLIC_ACCESS_BLOCK_CONFIGURATION } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';

export const putPublicAccessBlock = putConfiguration('public-access-block', PUBLIC_ACCESS_BLOCK_CONFIGURATION);
