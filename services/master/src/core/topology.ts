import { EcIndex } from './ec-index.ts';
import { PROVISIONAL_MS } from './limits.ts';
import { MasterError } from './master-error.ts';
import type { Clock, MasterEvents } from './ports.ts';
import { VolumeIndex, type VolumeIndexOptions } from './volume-index.ts';
import type { EcShardRecord, VolumeRecord } from './volume-record.ts';
import { ecShardKey, type ServerIdentity, VolumeServerNode } from './volume-server-node.ts';

/** What changed about one server, for those who keep a map of volumes. */
export interface LocationChange {
  readonly server: VolumeServerNode;
  readonly newVolumeIds: readonly number[];
  readonly deletedVolumeIds: readonly number[];
  readonly newEcVolumeIds: readonly number[];
  readonly deletedEcVolumeIds: readonly number[];
}

/** One report of a server's volumes: all of them, or what changed. */
export type VolumeReport =
  | { readonly kind: 'full'; readonly volumes: readonly VolumeRecord[] }
  | { readonly kind: 'changes'; readonly added: readonly VolumeRecord[]; readonly removed: readonly number[] };

export type EcReport =
  | { readonly kind: 'full'; readonly shards: readonly EcShardRecord[] }
  | { readonly kind: 'changes'; readonly added: readonly EcShardRecord[]; readonly removed: readonly EcShardRecord[] };

export interface TopologyOptions extends VolumeIndexOptions {
  readonly clock: Clock;
  readonly events: MasterEvents;
}

const NO_CHANGE = { newVolumeIds: [], deletedVolumeIds: [], newEcVolumeIds: [], deletedEcVolumeIds: [] };

/** The connected volume servers and what they hold. Everything here comes from their reports and is lost with them. */
export class Topology {
  readonly volumes: VolumeIndex;
  readonly ecVolumes = new EcIndex();
  readonly #clock: Clock;
  readonly #events: MasterEvents;
  readonly #servers = new Map<string, VolumeServerNode>();
  readonly #uuidOwners = new Map<string, VolumeServerNode>();
  readonly #listeners = new Set<(change: LocationChange) => void>();

  constructor(options: TopologyOptions) {
    this.volumes = new VolumeIndex(options);
    this.#clock = options.clock;
    this.#events = options.events;
  }

  get servers(): readonly VolumeServerNode[] {
    return [...this.#servers.values()];
  }

  findServer(id: string): VolumeServerNode | undefined {
    return this.#servers.get(id);
  }

  isConnected(server: VolumeServerNode): boolean {
    return this.#servers.get(server.identity.id) === server;
  }

  /** Calls back after each change of where volumes are. Returns how to stop. */
  onChange(listener: (change: LocationChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * A server has connected. One of the same id that is still known is replaced: its connection is stale, and what it
   * held is reported anew.
   * @throws MasterError `duplicate-directory`, naming the directories that another server has
   */
  join(identity: ServerIdentity, directoryUuids: readonly string[]): VolumeServerNode {
    const taken = directoryUuids.filter((uuid) => {
      const owner = this.#uuidOwners.get(uuid);
      return owner !== undefined && owner.identity.id !== identity.id;
    });
    if (taken.length > 0) throw new MasterError('duplicate-directory', taken.join(','));
    const stale = this.#servers.get(identity.id);
    const server = new VolumeServerNode(identity);
    this.#servers.set(identity.id, server);
    if (stale !== undefined) this.#forget(stale);
    for (const uuid of directoryUuids) this.#uuidOwners.set(uuid, server);
    this.#events.serverJoined(server);
    this.#announce({ ...NO_CHANGE, server });
    return server;
  }

  /** The connection of a server has ended. Does nothing when a newer connection has taken its place. */
  leave(server: VolumeServerNode): void {
    if (!this.isConnected(server)) return;
    this.#servers.delete(server.identity.id);
    this.#forget(server);
    this.#events.serverLeft(server);
  }

  /** Applies what a server reports; returns nothing, but tells the listeners what became of it. */
  report(server: VolumeServerNode, volumes: VolumeReport | undefined, ec: EcReport | undefined): void {
    if (!this.isConnected(server)) return;
    const volumeChange = volumes === undefined ? { added: [], removed: [] } : this.#applyVolumes(server, volumes);
    const ecChange = ec === undefined ? { added: [], removed: [] } : this.#applyShards(server, ec);
    const change: LocationChange = {
      server,
      newVolumeIds: volumeChange.added,
      deletedVolumeIds: volumeChange.removed.filter((id) => !this.ecVolumes.isOn(server, id)),
      newEcVolumeIds: ecChange.added,
      deletedEcVolumeIds: ecChange.removed.filter((id) => !server.volumes.has(id)),
    };
    this.#announce(change);
  }

  /** A volume that the master has just made on a server, ahead of the server's own report. */
  addProvisional(server: VolumeServerNode, record: VolumeRecord): void {
    if (!this.isConnected(server) || server.volumes.has(record.id)) return;
    server.provisionalSinceMs.set(record.id, this.#clock.nowMs());
    server.volumes.set(record.id, record);
    this.volumes.put(server, record);
    this.#announce({ ...NO_CHANGE, server, newVolumeIds: [record.id] });
  }

  /** Changes one field of what a server has said of a volume, until its next report. */
  markReadOnly(server: VolumeServerNode, volumeId: number, readOnly: boolean): void {
    const record = server.volumes.get(volumeId);
    if (record === undefined) return;
    const marked = { ...record, readOnly };
    server.volumes.set(volumeId, marked);
    this.volumes.put(server, marked);
  }

  #applyVolumes(server: VolumeServerNode, report: VolumeReport): { added: number[]; removed: number[] } {
    const added: number[] = [];
    const put = (record: VolumeRecord): void => {
      if (!server.volumes.has(record.id)) added.push(record.id);
      server.provisionalSinceMs.delete(record.id);
      server.volumes.set(record.id, record);
      this.volumes.put(server, record);
    };
    const removed = report.kind === 'full' ? this.#missingFrom(server, report.volumes) : report.removed;
    for (const record of report.kind === 'full' ? report.volumes : report.added) put(record);
    const gone = removed.filter((id) => server.volumes.delete(id));
    for (const id of gone) {
      server.provisionalSinceMs.delete(id);
      this.volumes.remove(server, id);
    }
    return { added, removed: gone };
  }

  /** Volumes the server no longer lists, except those so new that its list may be older. */
  #missingFrom(server: VolumeServerNode, listed: readonly VolumeRecord[]): number[] {
    const ids = new Set(listed.map(({ id }) => id));
    const youngSinceMs = this.#clock.nowMs() - PROVISIONAL_MS;
    return [...server.volumes.keys()].filter(
      (id) => !ids.has(id) && (server.provisionalSinceMs.get(id) ?? 0) <= youngSinceMs,
    );
  }

  #applyShards(server: VolumeServerNode, report: EcReport): { added: number[]; removed: number[] } {
    const before = this.ecVolumes.volumeIdsOn(server);
    if (report.kind === 'full') {
      server.ecShards.clear();
      for (const shard of report.shards) server.ecShards.set(ecShardKey(shard.id, shard.diskId), shard);
    } else {
      for (const shard of report.added) addShards(server, shard);
      for (const shard of report.removed) removeShards(server, shard);
    }
    this.ecVolumes.replace(server);
    const after = this.ecVolumes.volumeIdsOn(server);
    return { added: [...after].filter((id) => !before.has(id)), removed: [...before].filter((id) => !after.has(id)) };
  }

  #forget(server: VolumeServerNode): void {
    for (const [uuid, owner] of this.#uuidOwners) if (owner === server) this.#uuidOwners.delete(uuid);
    const deletedVolumeIds = [...server.volumes.keys()];
    const deletedEcVolumeIds = [...this.ecVolumes.volumeIdsOn(server)];
    for (const id of deletedVolumeIds) this.volumes.remove(server, id);
    server.ecShards.clear();
    this.ecVolumes.replace(server);
    server.volumes.clear();
    this.#announce({ ...NO_CHANGE, server, deletedVolumeIds, deletedEcVolumeIds });
  }

  #announce(change: LocationChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

const addShards = (server: VolumeServerNode, shard: EcShardRecord): void => {
  const key = ecShardKey(shard.id, shard.diskId);
  const known = server.ecShards.get(key);
  server.ecShards.set(key, { ...shard, shardBits: shard.shardBits | (known?.shardBits ?? 0) });
};

const removeShards = (server: VolumeServerNode, shard: EcShardRecord): void => {
  const key = ecShardKey(shard.id, shard.diskId);
  const known = server.ecShards.get(key);
  if (known === undefined) return;
  const shardBits = known.shardBits & ~shard.shardBits;
  if (shardBits === 0) server.ecShards.delete(key);
  else server.ecShards.set(key, { ...known, shardBits });
};
