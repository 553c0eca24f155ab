import type { ServiceHandlers } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import { CatalogError } from '@needlestack/service-contracts';
import {
  bucketToWire,
  createBucketFromWire,
  defaultRetentionFromWire,
} from '@needlestack/service-contracts/catalog/bucket-wire';
import {
  ACCOUNT_CONFIG_KINDS,
  BUCKET_CONFIG_KINDS,
  requireOneOf,
} from '@needlestack/service-contracts/catalog/closed-sets';
import { definedFields } from '@needlestack/service-contracts/catalog/defined-fields';
import type { Catalog } from '../core/catalog.ts';
import { refuseInRpc } from './refuse-in-rpc.ts';

export function makeBucketHandlers(catalog: Catalog): ServiceHandlers<CatalogWire> {
  const kindOf = (text: string) => requireOneOf('kind', text, BUCKET_CONFIG_KINDS);
  const accountKindOf = (text: string) => requireOneOf('kind', text, ACCOUNT_CONFIG_KINDS);
  return {
    CreateBucket: (request) =>
      refuseInRpc(async () => bucketToWire(await catalog.createBucket(createBucketFromWire(request)))),
    GetBucket: ({ name }) =>
      refuseInRpc(async () => {
        const bucket = await catalog.getBucket(name);
        if (bucket === undefined) throw new CatalogError('NoSuchBucket', `there is no bucket ${name}`);
        return bucketToWire(bucket);
      }),
    DeleteBucket: ({ name }) =>
      refuseInRpc(async () => {
        await catalog.deleteBucket(name);
        return {};
      }),
    ListBuckets: (request) =>
      refuseInRpc(async () => {
        const page = await catalog.listBuckets(
          definedFields({
            ownerId: request.owner_id,
            prefix: request.prefix,
            startAfter: request.start_after,
            maxBuckets: request.max_buckets,
          }),
        );
        return { buckets: page.buckets.map(bucketToWire), is_truncated: page.isTruncated };
      }),
    GetBucketUsage: ({ name }) => refuseInRpc(() => catalog.getBucketUsage(name)),
    GetBucketConfig: ({ bucket, kind }) =>
      refuseInRpc(async () => ({ value: await catalog.getBucketConfig(bucket, kindOf(kind)) })),
    PutBucketConfig: ({ bucket, kind, value, if_revision: ifRevision }) =>
      refuseInRpc(async () => {
        const options = ifRevision === undefined ? {} : { ifRevision: Number(ifRevision) };
        await catalog.putBucketConfig(bucket, kindOf(kind), value, options);
        return {};
      }),
    PutBucketVersioning: ({ bucket, state }) =>
      refuseInRpc(async () => {
        await catalog.putBucketVersioning(bucket, requireOneOf('versioning', state, ['Enabled', 'Suspended']));
        return {};
      }),
    PutBucketObjectLock: ({ bucket, default_retention: retention }) =>
      refuseInRpc(async () => {
        await catalog.putBucketObjectLock(bucket, defaultRetentionFromWire(retention));
        return {};
      }),
    GetAccountConfig: ({ account_id: accountId, kind }) =>
      refuseInRpc(async () => ({ value: await catalog.getAccountConfig(accountId, accountKindOf(kind)) })),
    PutAccountConfig: ({ account_id: accountId, kind, value }) =>
      refuseInRpc(async () => {
        await catalog.putAccountConfig(accountId, accountKindOf(kind), value);
        return {};
      }),
  };
}
