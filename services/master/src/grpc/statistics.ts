import { parseReplicaPlacement, parseTtl, replicaPlacementToByte, ttlToUint32 } from '@needlestack/needle-format';
import type { StatisticsRequest, StatisticsResponseInit } from '@needlestack/rpc/wire/master-pb';
import { sumSpace } from '../core/collections.ts';
import type { Master } from '../core/master.ts';
import { normalizeDiskType } from '../core/write-wish.ts';

/** Room and use of the volumes that match every field that is not empty. */
export const statistics =
  (master: Master) =>
  (request: StatisticsRequest): StatisticsResponseInit => {
    const placement = replicaPlacementToByte(parseReplicaPlacement(request.replication));
    const ttl = ttlToUint32(parseTtl(request.ttl));
    const diskType = normalizeDiskType(request.disk_type);
    const sum = sumSpace(
      master.topology,
      (layout) =>
        (request.collection === '' || layout.collection === request.collection) &&
        (request.replication === '' || layout.placement === placement) &&
        (request.ttl === '' || layout.ttl === ttl) &&
        (request.disk_type === '' || layout.diskType === diskType),
    );
    return {
      total_size: sum.totalBytes,
      used_size: sum.usedBytes,
      file_count: sum.fileCount,
      logical_total_size: sum.logicalTotalBytes,
      logical_used_size: sum.logicalUsedBytes,
    };
  };
