import { FormatError, parseFileId, parseVolumeId } from '@needlestack/needle-format';
import { MasterError } from './master-error.ts';
import type { Topology } from './topology.ts';
import type { VolumeServerNode } from './volume-server-node.ts';

/**
 * The volume id in `3` or `3,01637037d6`.
 * @throws MasterError `invalid-argument`
 */
export const readVolumeId = (volumeOrFileId: string): number => {
  try {
    return volumeOrFileId.includes(',') ? parseFileId(volumeOrFileId).volumeId : parseVolumeId(volumeOrFileId);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new MasterError('invalid-argument', `Unknown volume id ${volumeOrFileId}`, { cause: error });
  }
};

/** The servers of a volume, plain or erasure-coded; empty when it is unknown. A collection that is not its own hides it. */
export const lookUpVolume = (topology: Topology, volumeId: number, collection = ''): readonly VolumeServerNode[] => {
  const volume = topology.volumes.find(volumeId);
  if (volume === undefined) return topology.ecVolumes.serversOf(volumeId);
  return collection === '' || volume.layout.collection === collection ? [...volume.replicas.keys()] : [];
};
