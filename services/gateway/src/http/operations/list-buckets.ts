import { invalidArgument, isValidBucketName, writeListBuckets } from '@needlestack/s3-protocol';
import { MAX_BUCKETS_PER_PAGE } from '../../core/limits.ts';
import { MAX_INT32, parseCount, readKeyParameter } from '../../core/list-parameters.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** ListBuckets: those of the caller's account. */
export const listBuckets = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { query, principal } = exchange;
  const maxBuckets = parseCount(query.get('max-buckets'), 'max-buckets', MAX_INT32, MAX_BUCKETS_PER_PAGE);
  if (maxBuckets === 0 || maxBuckets > MAX_BUCKETS_PER_PAGE) {
    const message = `Argument max-buckets must be an integer between 1 and ${MAX_BUCKETS_PER_PAGE}.`;
    throw invalidArgument(message, 'max-buckets', `${maxBuckets}`);
  }
  const prefix = query.has('prefix') ? readKeyParameter(query, 'prefix') : undefined;
  const token = query.get('continuation-token');
  const region = query.get('bucket-region');
  const page =
    region !== undefined && region !== '' && region !== context.region
      ? { buckets: [], isTruncated: false }
      : await context.catalog.listBuckets({
          ownerId: principal.accountId,
          prefix: prefix ?? '',
          startAfter: token === undefined ? '' : readToken(token),
          maxBuckets,
        });
  const last = page.buckets[page.buckets.length - 1];
  const document = writeListBuckets(
    {
      ownerId: principal.accountId,
      buckets: page.buckets,
      prefix,
      continuationToken:
        page.isTruncated && last !== undefined ? Buffer.from(last.name).toString('base64url') : undefined,
    },
    (id) =>
      id === principal.accountId
        ? { ...context.showOwner(id), displayName: principal.displayName }
        : context.showOwner(id),
  );
  sendXml(exchange, context, 200, document);
};

/** @throws S3Error `InvalidArgument` for a token that is none of ours */
const readToken = (token: string): string => {
  const name = Buffer.from(token, 'base64url').toString();
  if (isValidBucketName(name) && Buffer.from(name).toString('base64url') === token) return name;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
};
