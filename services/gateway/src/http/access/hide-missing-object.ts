import { S3Error } from '@needlestack/s3-protocol';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { mayList } from './authorize-exchange.ts';

/**
 * Whoever may not list a bucket must not learn which keys it has: that an object is missing is AccessDenied for him (s3.md rule 43).
 * Asked only when something is missing.
 */
export const hideMissingObject = async (
  exchange: S3Exchange,
  context: GatewayContext,
  refusal: S3Error,
  place: { readonly bucket: string; readonly key: string } = exchange,
): Promise<S3Error> => {
  if (refusal.code !== 'NoSuchKey' && refusal.code !== 'NoSuchVersion') return refusal;
  return (await mayList(exchange, context, place)) ? refusal : new S3Error('AccessDenied');
};
