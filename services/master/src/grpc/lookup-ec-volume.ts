import type { LookupEcVolumeRequest, LookupEcVolumeResponseInit } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import { writeLocation } from './location-mapping.ts';

export const lookupEcVolume =
  (master: Master) =>
  ({ volume_id }: LookupEcVolumeRequest): LookupEcVolumeResponseInit => {
    const holders = master.topology.ecVolumes.shardHolders(volume_id);
    if (holders === undefined) throw new MasterError('volume-not-found', `ec volume ${volume_id} not found`);
    return {
      volume_id,
      shard_id_locations: [...holders]
        .sort(([a], [b]) => a - b)
        .map(([shard_id, servers]) => ({ shard_id, locations: servers.map(writeLocation) })),
    };
  };
