import { MasterError } from './master-error.ts';
import type { VolumeServers } from './ports.ts';
import type { Topology } from './topology.ts';

/**
 * Deletes every volume of a collection on every server that has one. An unknown name succeeds.
 * @throws MasterError `unreachable` naming the servers that did not confirm
 */
export const deleteCollection = async (
  topology: Topology,
  servers: VolumeServers,
  collection: string,
): Promise<void> => {
  const holders = topology.servers.filter(
    (server) =>
      server.volumes.values().some((volume) => volume.collection === collection) ||
      server.ecShards.values().some((shard) => shard.collection === collection),
  );
  const outcomes = await Promise.allSettled(holders.map((server) => servers.deleteCollection(server, collection)));
  const refusing: string[] = [];
  outcomes.forEach((outcome, index) => {
    const server = holders[index];
    if (server === undefined) return;
    if (outcome.status === 'rejected') {
      refusing.push(server.url);
      return;
    }
    const removed = [...server.volumes.values()].filter((volume) => volume.collection === collection);
    const shards = [...server.ecShards.values()].filter((shard) => shard.collection === collection);
    topology.report(
      server,
      { kind: 'changes', added: [], removed: removed.map(({ id }) => id) },
      { kind: 'changes', added: [], removed: shards },
    );
  });
  if (refusing.length === 0) return;
  throw new MasterError('unreachable', `collection ${collection} is not yet deleted on ${refusing.join(', ')}`);
};
