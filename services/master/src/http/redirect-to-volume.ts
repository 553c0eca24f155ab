import { lookUpVolume, readVolumeId } from '../core/look-up-volume.ts';
import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import { jsonAnswer, type MasterRoute } from './http-answer.ts';

/** `/3,01637037d6`, `/3/01637037d6` and `/3/01637037d6/name`. */
const FILE_PATH = /^\/(\d+)[,/]([^/]+)(\/.*)?$/;

/** Sends the client to a volume server; undefined when the path names no file. */
export const redirectToVolume =
  (master: Master): ((...args: Parameters<MasterRoute>) => ReturnType<MasterRoute> | undefined) =>
  ({ path, params }) => {
    const match = FILE_PATH.exec(path);
    if (match === null) return undefined;
    const [, volume = '', file = ''] = match;
    let volumeId: number;
    try {
      volumeId = readVolumeId(`${volume},${file}`);
    } catch (error) {
      if (!(error instanceof MasterError)) throw error;
      return jsonAnswer({ error: `volume id ${volume} not found: ${error.message}` }, 404);
    }
    const [server] = lookUpVolume(master.topology, volumeId, params.get('collection') ?? '');
    if (server === undefined) return jsonAnswer({ error: `volume id ${volumeId} not found: no server has it` }, 404);
    const query = params.size === 0 ? '' : `?${params}`;
    return { status: 308, headers: { location: `http://${server.identity.publicUrl}${path}${query}` } };
  };
