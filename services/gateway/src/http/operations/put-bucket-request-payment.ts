import { REQUEST_PAYMENT_CONFIGURATION } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';

export const putBucketRequestPayment = putConfiguration('request-payment', REQUEST_PAYMENT_CONFIGURATION);
