import type { CollectionStatisticsResponseInit } from '@needlestack/rpc/wire/master-pb';
import { sumCollections } from '../core/collections.ts';
import type { Master } from '../core/master.ts';

export const collectionStatistics = (master: Master) => (): CollectionStatisticsResponseInit => ({
  collections: sumCollections(master.topology).map((sum) => ({
    collection: sum.collection,
    file_count: sum.fileCount,
    delete_count: sum.deleteCount,
    deleted_byte_count: sum.deletedBytes,
    size: sum.sizeBytes,
    physical_size: sum.physicalBytes,
    volume_count: sum.volumeCount,
  })),
});
