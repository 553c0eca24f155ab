import type { VolumeMarkReadonlyRequest, VolumeMarkReadonlyResponseInit } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';

/** A volume server says, ahead of its report, that one of its volumes takes writes no more, or again. Unknown ones succeed. */
export const volumeMarkReadonly =
  (master: Master) =>
  (request: VolumeMarkReadonlyRequest): VolumeMarkReadonlyResponseInit => {
    const server = master.topology.servers.find(({ url }) => url === `${request.ip}:${request.port}`);
    if (server !== undefined) master.topology.markReadOnly(server, request.volume_id, request.is_readonly);
    return {};
  };
