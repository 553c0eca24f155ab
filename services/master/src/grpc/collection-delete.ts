import type { CollectionDeleteRequest, CollectionDeleteResponseInit } from '@needlestack/rpc/wire/master-pb';
import { deleteCollection } from '../core/delete-collection.ts';
import type { Master } from '../core/master.ts';

/** An unknown name succeeds. */
export const collectionDelete =
  (master: Master) =>
  async ({ name }: CollectionDeleteRequest): Promise<CollectionDeleteResponseInit> => {
    await deleteCollection(master.topology, master.servers, name);
    return {};
  };
