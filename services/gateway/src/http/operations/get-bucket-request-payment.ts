import { REQUEST_PAYMENT_CONFIGURATION } from '@needlestack/s3-protocol';
import { getConfigurationOr } from '../configurations/configuration-operations.ts';

export const getBucketRequestPayment = getConfigurationOr(
  'request-payment',
  REQUEST_PAYMENT_CONFIGURATION.write({ payer: 'BucketOwner' }),
);
