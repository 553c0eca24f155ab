import type { CollectionListRequest, CollectionListResponseInit } from '@needlestack/rpc/wire/master-pb';
import { listCollections } from '../core/collections.ts';
import type { Master } from '../core/master.ts';

export const collectionList =
  (master: Master) =>
  (request: CollectionListRequest): CollectionListResponseInit => ({
    collections: listCollections(master.topology, {
      plain: request.include_normal_volumes,
      erasureCoded: request.include_ec_volumes,
    }).map((name) => ({ name })),
  });
