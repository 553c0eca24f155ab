import { S3Error } from '@needlestack/s3-protocol';
import type { S3Exchange } from '../s3-exchange.ts';

/**
 * The account that an S3 Control request names in x-amz-account-id: the caller's own, or any for the store's root.
 *
 * @throws S3Error `InvalidRequest` without the header, `AccessDenied` for another account
 */
export const requireOwnAccount = (exchange: S3Exchange): string => {
  const { principal } = exchange;
  const accountId = exchange.header('x-amz-account-id');
  if (accountId === undefined) {
    throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: x-amz-account-id' });
  }
  if (principal.kind !== 'root' && accountId !== principal.accountId) throw new S3Error('AccessDenied');
  return accountId;
};
