import { getConfiguration } from '../configuration-operations.ts';

export const getBucketOwnershipControls = getConfiguration('ownership', 'OwnershipControlsNotFoundError');
