import {
  FormatError,
  formatReplicaPlacement,
  formatTtl,
  parseReplicaPlacement,
  parseTtl,
  replicaPlacementFromByte,
  replicaPlacementToByte,
  ttlFromUint32,
  ttlToUint32,
} from '@needlestack/needle-format';
import { MasterError } from './master-error.ts';
import type { PlacementWish } from './plan-placement.ts';
import { type LayoutKey, layoutName } from './volume-record.ts';

/** What a client asks for when it wants to write, as it says it. Empty texts take the default. */
export interface WriteRequest {
  readonly collection: string;
  readonly replication: string;
  readonly ttl: string;
  readonly diskType: string;
  readonly dataCenter: string;
  readonly rack: string;
  readonly dataNode: string;
  readonly memoryMapMaxSizeMb: number;
}

export const ANY_WRITE: WriteRequest = {
  collection: '',
  replication: '',
  ttl: '',
  diskType: '',
  dataCenter: '',
  rack: '',
  dataNode: '',
  memoryMapMaxSizeMb: 0,
};

/** The same, understood. */
export interface WriteWish {
  readonly layout: LayoutKey;
  readonly place: PlacementWish;
  readonly memoryMapMaxSizeMb: number;
}

/** `hdd` is the empty text inside. */
export const normalizeDiskType = (diskType: string): string => (diskType === 'hdd' ? '' : diskType);

/** @throws MasterError `invalid-argument` for a replication or ttl that cannot be read */
export const readWriteRequest = (request: WriteRequest, defaultReplication: string): WriteWish => {
  try {
    const replication = request.replication === '' ? defaultReplication : request.replication;
    return {
      layout: {
        collection: request.collection,
        placement: replicaPlacementToByte(parseReplicaPlacement(replication)),
        ttl: ttlToUint32(parseTtl(request.ttl)),
        diskType: normalizeDiskType(request.diskType),
      },
      place: { dataCenter: request.dataCenter, rack: request.rack, dataNode: request.dataNode },
      memoryMapMaxSizeMb: request.memoryMapMaxSizeMb,
    };
  } catch (error) {
    if (error instanceof FormatError) throw new MasterError('invalid-argument', error.message, { cause: error });
    throw error;
  }
};

/** For messages: `collection:x replication:001 ttl:5m`. */
export const describeLayout = (layout: LayoutKey): string =>
  `collection:${layout.collection} replication:${formatReplicaPlacement(replicaPlacementFromByte(layout.placement))} ` +
  `ttl:${formatTtl(ttlFromUint32(layout.ttl))}${layout.diskType === '' ? '' : ` disk:${layout.diskType}`}`;

/** Equal for wishes that the same new volume would serve. */
export const wishName = ({ layout, place }: WriteWish): string =>
  [layoutName(layout), place.dataCenter, place.rack, place.dataNode].join('\0');
