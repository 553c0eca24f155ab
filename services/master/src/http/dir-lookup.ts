import { lookUpVolume, readVolumeId } from '../core/look-up-volume.ts';
import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import { jsonAnswer, type MasterRoute } from './http-answer.ts';

/** `volumeId` may also be a file id, and `fileId` a volume id. */
export const dirLookup =
  (master: Master): MasterRoute =>
  ({ params }) => {
    const asked = params.get('volumeId') ?? params.get('fileId') ?? '';
    const collection = params.get('collection') ?? '';
    let volumeId: number;
    try {
      volumeId = readVolumeId(asked);
    } catch (error) {
      if (!(error instanceof MasterError)) throw error;
      return jsonAnswer({ volumeOrFileId: asked, error: error.message }, 404);
    }
    const servers = lookUpVolume(master.topology, volumeId, collection);
    if (servers.length === 0) {
      return jsonAnswer({ volumeOrFileId: asked, error: `volume id ${volumeId} not found` }, 404);
    }
    return jsonAnswer({
      volumeOrFileId: asked,
      locations: servers.map(({ url, identity }) => ({
        url,
        publicUrl: identity.publicUrl,
        dataCenter: identity.dataCenter,
        grpcPort: identity.grpcPort,
      })),
    });
  };
