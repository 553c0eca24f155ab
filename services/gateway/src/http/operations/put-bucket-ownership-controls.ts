import { OWNERSHIP_CONTROLS, S3Error } from '@needlestack/s3-protocol';
import { aclOfBucket } from '../../core/access/decide-operation.ts';
import { requireAccess } from '../access/require-bucket.ts';
import { putConfiguration } from '../configurations/configuration-operations.ts';

/** @throws S3Error `InvalidBucketAclWithObjectOwnership` when ACLs are switched off while the bucket's grants something to others */
export const putBucketOwnershipControls = putConfiguration(
  'ownership',
  OWNERSHIP_CONTROLS,
  (controls, { exchange }) => {
    const access = requireAccess(exchange);
    const isEnforced = controls.rules[0]?.objectOwnership === 'BucketOwnerEnforced';
    const sharesBucket = aclOfBucket(access).grants.some(
      ({ grantee }) => grantee.kind === 'group' || grantee.accountId !== access.bucket.ownerId,
    );
    if (isEnforced && sharesBucket) throw new S3Error('InvalidBucketAclWithObjectOwnership');
    return controls;
  },
);
