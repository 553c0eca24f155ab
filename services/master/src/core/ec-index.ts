import type { VolumeServerNode } from './volume-server-node.ts';

const SHARD_IDS_MAX = 32;

/** Where the shards of erasure-coded volumes are. */
export class EcIndex {
  readonly #serversByVolume = new Map<number, Set<VolumeServerNode>>();
  readonly #volumesByServer = new Map<VolumeServerNode, ReadonlySet<number>>();

  /** Takes over what the node holds now. */
  replace(server: VolumeServerNode): void {
    for (const id of this.volumeIdsOn(server)) {
      const servers = this.#serversByVolume.get(id);
      servers?.delete(server);
      if (servers?.size === 0) this.#serversByVolume.delete(id);
    }
    const ids = new Set([...server.ecShards.values()].map(({ id }) => id));
    for (const id of ids) {
      const servers = this.#serversByVolume.get(id) ?? new Set();
      this.#serversByVolume.set(id, servers.add(server));
    }
    if (ids.size === 0) this.#volumesByServer.delete(server);
    else this.#volumesByServer.set(server, ids);
  }

  volumeIdsOn(server: VolumeServerNode): ReadonlySet<number> {
    return this.#volumesByServer.get(server) ?? new Set();
  }

  isOn(server: VolumeServerNode, volumeId: number): boolean {
    return this.#serversByVolume.get(volumeId)?.has(server) ?? false;
  }

  serversOf(volumeId: number): readonly VolumeServerNode[] {
    return [...(this.#serversByVolume.get(volumeId) ?? [])];
  }

  get volumeIds(): Iterable<number> {
    return this.#serversByVolume.keys();
  }

  /** The holders of each shard that exists, by shard id; undefined when the volume is unknown. */
  shardHolders(volumeId: number): Map<number, VolumeServerNode[]> | undefined {
    const servers = this.#serversByVolume.get(volumeId);
    if (servers === undefined) return undefined;
    const holders = new Map<number, VolumeServerNode[]>();
    for (const server of servers) {
      let bits = 0;
      for (const shard of server.ecShards.values()) if (shard.id === volumeId) bits |= shard.shardBits;
      for (let shardId = 0; shardId < SHARD_IDS_MAX; shardId++) {
        if (((bits >>> shardId) & 1) === 1) holders.set(shardId, [...(holders.get(shardId) ?? []), server]);
      }
    }
    return holders;
  }
}
