import { formatReplicaPlacement, formatTtl, replicaPlacementFromByte, ttlFromUint32 } from '@needlestack/needle-format';
import { countServerShards, type DescribedServer, describeTopology } from '../core/describe-topology.ts';
import type { Master } from '../core/master.ts';
import { jsonAnswer, type MasterRoute } from './http-answer.ts';

/** `1-3 7`: runs of consecutive ids. */
export const formatVolumeIds = (ids: Iterable<number>): string => {
  const runs: [number, number][] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && id === last[1] + 1) last[1] = id;
    else runs.push([id, id]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(' ');
};

const sumOver = (servers: readonly DescribedServer[], field: 'maxVolumeCount' | 'freeVolumeCount'): number =>
  servers.reduce((sum, { disks }) => sum + disks.reduce((total, disk) => total + disk[field], 0), 0);

const writeServer = (described: DescribedServer) => {
  const { server } = described;
  return {
    Url: server.url,
    PublicUrl: server.identity.publicUrl,
    Volumes: server.volumes.size,
    EcShards: countServerShards(server),
    Max: sumOver([described], 'maxVolumeCount'),
    VolumeIds: formatVolumeIds(server.volumes.keys()),
  };
};

const writeLayouts = ({ topology }: Master) =>
  [...topology.volumes.layouts].map(({ key }) => ({
    replication: formatReplicaPlacement(replicaPlacementFromByte(key.placement)),
    ttl: formatTtl(ttlFromUint32(key.ttl)),
    writables: topology.volumes.writables(key).map(({ id }) => id),
    collection: key.collection,
    diskType: key.diskType === '' ? 'hdd' : key.diskType,
  }));

export const dirStatus =
  (master: Master): MasterRoute =>
  () => {
    const dataCenters = describeTopology(master.topology, { volume: () => true });
    const servers = dataCenters.flatMap(({ racks }) => racks.flatMap((rack) => rack.servers));
    return jsonAnswer({
      Topology: {
        Max: sumOver(servers, 'maxVolumeCount'),
        Free: sumOver(servers, 'freeVolumeCount'),
        DataCenters: dataCenters.map(({ id, racks }) => ({
          Id: id,
          Racks: racks.map((rack) => ({ Id: rack.id, DataNodes: rack.servers.map(writeServer) })),
        })),
        Layouts: writeLayouts(master),
      },
      TopologyId: master.settings.topologyId,
      Version: master.settings.version,
    });
  };
