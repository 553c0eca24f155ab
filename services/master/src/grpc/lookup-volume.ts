import type {
  LookupVolumeRequest,
  LookupVolumeResponse_VolumeIdLocationInit,
  LookupVolumeResponseInit,
} from '@needlestack/rpc/wire/master-pb';
import { lookUpVolume, readVolumeId } from '../core/look-up-volume.ts';
import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import { writeLocation } from './location-mapping.ts';

const lookUpOne = (
  master: Master,
  volumeOrFileId: string,
  collection: string,
): LookupVolumeResponse_VolumeIdLocationInit => {
  let volumeId: number;
  try {
    volumeId = readVolumeId(volumeOrFileId);
  } catch (error) {
    if (!(error instanceof MasterError)) throw error;
    return { volume_or_file_id: volumeOrFileId, error: error.message };
  }
  const id = String(volumeId);
  const servers = lookUpVolume(master.topology, volumeId, collection);
  if (servers.length === 0) return { volume_or_file_id: id, error: `volume id ${id} not found` };
  return { volume_or_file_id: id, locations: servers.map(writeLocation) };
};

/** Each id gets its own answer, locations or error. */
export const lookupVolume =
  (master: Master) =>
  (request: LookupVolumeRequest): LookupVolumeResponseInit => ({
    volume_id_locations: request.volume_or_file_ids.map((id) => lookUpOne(master, id, request.collection)),
  });
