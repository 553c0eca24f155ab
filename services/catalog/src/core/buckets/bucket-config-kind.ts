import type { BucketConfigKind } from '@needlestack/service-contracts';

/** Stored numbers of the kinds. Never reuse one. */
export const BUCKET_CONFIG_CODES: Readonly<Record<BucketConfigKind, number>> = {
  notification: 1,
  tagging: 2,
  policy: 3,
  cors: 4,
  lifecycle: 5,
  encryption: 6,
  ownership: 7,
  'public-access-block': 8,
  acl: 9,
  logging: 10,
  website: 11,
  replication: 12,
  'request-payment': 13,
  'table-bucket': 14,
};
