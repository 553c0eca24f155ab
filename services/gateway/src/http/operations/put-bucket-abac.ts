import { ABAC_STATUS } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';

/** PutBucketAbac: while it is enabled, conditions on aws:ResourceTag see the bucket's tags. */
export const putBucketAbac = putConfiguration('abac', ABAC_STATUS);
