import { getConfiguration } from '../configurations/configuration-operations.ts';

export const getBucketOwnershipControls = getConfiguration('ownership', 'OwnershipControlsNotFoundError');
