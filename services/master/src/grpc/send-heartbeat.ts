import { type CallContext, endOnAbort } from '@needlestack/rpc';
import type { Heartbeat, HeartbeatResponseInit } from '@needlestack/rpc/wire/master-pb';
import { HTTP_GRPC_PORT_DISTANCE } from '../core/limits.ts';
import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import type { EcReport, VolumeReport } from '../core/topology.ts';
import type { ServerCapacity, ServerIdentity, VolumeServerNode } from '../core/volume-server-node.ts';
import { normalizeDiskType } from '../core/write-wish.ts';
import { readEcShard, readShortVolume, readVolume } from './volume-mapping.ts';

const DEFAULT_DATA_CENTER = 'DefaultDataCenter';
const DEFAULT_RACK = 'DefaultRack';

const readIdentity = (beat: Heartbeat): ServerIdentity => ({
  id: beat.id === '' ? `${beat.ip}:${beat.port}` : beat.id,
  ip: beat.ip,
  port: beat.port,
  grpcPort: beat.grpc_port === 0 ? beat.port + HTTP_GRPC_PORT_DISTANCE : beat.grpc_port,
  publicUrl: beat.public_url === '' ? `${beat.ip}:${beat.port}` : beat.public_url,
  dataCenter: beat.data_center === '' ? DEFAULT_DATA_CENTER : beat.data_center,
  rack: beat.rack === '' ? DEFAULT_RACK : beat.rack,
});

const readByDiskType = (numbers: Readonly<Record<string, string | number>>): Map<string, number> =>
  new Map(Object.entries(numbers).map(([type, number]) => [normalizeDiskType(type), Number(number)]));

const readCapacity = (beat: Heartbeat): ServerCapacity => ({
  maxVolumeCounts: readByDiskType(beat.max_volume_counts),
  diskTotalBytes: readByDiskType(beat.disk_total_bytes),
  diskFreeBytes: readByDiskType(beat.disk_free_bytes),
  diskTags: beat.disk_tags.map((tag) => ({
    diskId: tag.disk_id,
    diskType: normalizeDiskType(tag.type),
    tags: tag.tags,
    maxVolumeCount: Number(tag.max_volume_count),
  })),
});

const readVolumeReport = (beat: Heartbeat, server: VolumeServerNode): VolumeReport | undefined => {
  if (beat.volumes.length > 0 || beat.has_no_volumes) return { kind: 'full', volumes: beat.volumes.map(readVolume) };
  const removed = beat.deleted_volumes.map(({ id }) => id);
  const added = [
    ...beat.new_volumes.map((volume) => readShortVolume(volume, server.volumes.get(volume.id))),
    ...beat.changed_volumes.map(readVolume),
  ];
  return added.length + removed.length === 0 ? undefined : { kind: 'changes', added, removed };
};

const readEcReport = (beat: Heartbeat): EcReport | undefined => {
  if (beat.ec_shards.length > 0 || beat.has_no_ec_shards) {
    return { kind: 'full', shards: beat.ec_shards.map(readEcShard) };
  }
  const added = beat.new_ec_shards.map(readEcShard);
  const removed = beat.deleted_ec_shards.map(readEcShard);
  return added.length + removed.length === 0 ? undefined : { kind: 'changes', added, removed };
};

const applyBeat = (master: Master, server: VolumeServerNode, beat: Heartbeat): void => {
  const maxKey = BigInt(beat.max_file_key);
  if (!master.sequence.observeKey(maxKey)) master.events.fileKeyIgnored(server, maxKey);
  if (Object.keys(beat.max_volume_counts).length > 0) server.capacity = readCapacity(beat);
  if (beat.state !== null) server.isInMaintenance = beat.state.maintenance;
  const volumes = readVolumeReport(beat, server);
  const ec = readEcReport(beat);
  if (volumes !== undefined) {
    for (const { id } of volumes.kind === 'full' ? volumes.volumes : volumes.added) master.sequence.observeVolumeId(id);
  }
  if (ec !== undefined) {
    for (const { id } of ec.kind === 'full' ? ec.shards : ec.added) master.sequence.observeVolumeId(id);
  }
  master.topology.report(server, volumes, ec);
};

/**
 * The life of a connected volume server: its first report registers it, each further one is applied, the end of the
 * stream takes it out. Answers the first report with the size limit; digests are not asked for, so servers send full lists.
 */
export const sendHeartbeat = (master: Master) =>
  async function* (beats: AsyncIterable<Heartbeat>, context: CallContext): AsyncGenerator<HeartbeatResponseInit> {
    let server: VolumeServerNode | undefined;
    try {
      for await (const beat of endOnAbort(beats, context.stopping)) {
        if (server !== undefined) {
          applyBeat(master, server, beat);
          continue;
        }
        if (beat.ip === '') continue;
        try {
          server = master.topology.join(readIdentity(beat), beat.location_uuids);
        } catch (error) {
          if (error instanceof MasterError && error.code === 'duplicate-directory') {
            yield { duplicated_uuids: error.message.split(',') };
          }
          throw error;
        }
        applyBeat(master, server, beat);
        yield {
          volume_size_limit: master.topology.volumes.volumeSizeLimitBytes,
          preallocate: master.settings.volumePreallocate,
        };
      }
    } finally {
      if (server !== undefined) master.topology.leave(server);
    }
  };
