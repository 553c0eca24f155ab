import {
  type MasterPort,
  VolumeError,
  type VolumeErrorCode,
  type VolumeLocation,
} from '@needlestack/service-contracts';
import { lookUpVolume } from './core/look-up-volume.ts';
import type { Master } from './core/master.ts';
import { MasterError, type MasterErrorCode } from './core/master-error.ts';
import type { VolumeServerNode } from './core/volume-server-node.ts';
import { ANY_WRITE, readWriteRequest } from './core/write-wish.ts';

const VOLUME_ERROR_BY_CODE: Readonly<Record<MasterErrorCode, VolumeErrorCode>> = {
  'invalid-argument': 'invalid-argument',
  'no-writable-volume': 'no-space',
  'no-free-slot': 'no-space',
  'unknown-place': 'no-space',
  'allocation-failed': 'unreachable',
  'volume-not-found': 'volume-not-found',
  'collection-not-found': 'volume-not-found',
  locked: 'overloaded',
  'duplicate-directory': 'invalid-argument',
  'sequence-exhausted': 'no-space',
  unreachable: 'unreachable',
  'shutting-down': 'shutting-down',
};

const toLocation = (server: VolumeServerNode): VolumeLocation => ({
  url: server.url,
  publicUrl: server.identity.publicUrl,
  grpcAddress: server.grpcAddress,
  dataCenter: server.identity.dataCenter,
});

/** The master for services of the same process. */
export const createMasterPort = (master: Master): MasterPort => ({
  leaseFileIds: async (request, signal) => {
    try {
      const wish = readWriteRequest({ ...ANY_WRITE, ...request }, master.settings.defaultReplication);
      const { volumeId, firstKey, count, servers } = await master.assigner.assign(wish, request.count, 0, signal);
      return { volumeId, firstKey, count, locations: servers.map(toLocation) };
    } catch (error) {
      if (!(error instanceof MasterError)) throw error;
      throw new VolumeError(VOLUME_ERROR_BY_CODE[error.code], error.message, { cause: error });
    }
  },
  lookupVolume: (volumeId) => Promise.resolve(lookUpVolume(master.topology, volumeId).map(toLocation)),
});
