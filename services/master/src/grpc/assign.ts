import { formatFileId } from '@needlestack/needle-format';
import type { CallContext } from '@needlestack/rpc';
import type { AssignRequest, AssignResponseInit } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';
import { newCookie } from '../core/new-cookie.ts';
import { readWriteRequest } from '../core/write-wish.ts';
import { writeLocation } from './location-mapping.ts';

/** A range of file ids and where to write them. A count of 0 is 1. */
export const assign =
  (master: Master) =>
  async (request: AssignRequest, { signal }: CallContext): Promise<AssignResponseInit> => {
    const wish = readWriteRequest(
      {
        collection: request.collection,
        replication: request.replication,
        ttl: request.ttl,
        diskType: request.disk_type,
        dataCenter: request.data_center,
        rack: request.rack,
        dataNode: request.data_node,
        memoryMapMaxSizeMb: request.memory_map_max_size_mb,
      },
      master.settings.defaultReplication,
    );
    const count = Math.max(1, Number(request.count));
    const expectedBytes = Number(request.expected_data_size);
    const { volumeId, firstKey, servers } = await master.assigner.assign(wish, count, expectedBytes, signal);
    const [first, ...others] = servers;
    return {
      fid: formatFileId({ volumeId, key: firstKey, cookie: newCookie(master.random) }),
      count,
      location: writeLocation(first),
      replicas: others.map(writeLocation),
    };
  };
