import type { VolumeFileName } from '@needlestack/needle-format';
import type { EcEvents, EcStore, OpenedShard } from './ec-ports.ts';
import { EcVolume, type ShardReport } from './ec-volume.ts';

/** What changed about the mounted shards; heartbeats tell the master at once. */
export interface ShardChange {
  readonly kind: 'added' | 'removed';
  readonly report: ShardReport;
}

/** The mounted shards of this server. Shards of different encodings of a volume are kept apart: they are different volumes in all but their name. */
export class EcRegistry {
  readonly store: EcStore;
  readonly #events: EcEvents;
  /** By volume; the encoding with the most shards first. */
  readonly #volumes = new Map<number, EcVolume[]>();
  readonly #listeners = new Set<(change: ShardChange) => void>();
  /** The last change of each volume that is under way. */
  readonly #turns = new Map<number, Promise<unknown>>();

  constructor(store: EcStore, events: EcEvents) {
    this.store = store;
    this.#events = events;
  }

  /** Mounts everything that storage can open. */
  async mountAll(): Promise<void> {
    for (const shard of await this.store.openAll()) {
      try {
        await this.#add(shard, undefined);
      } catch (error) {
        await shard.file.close();
        if (!(error instanceof Error)) throw error;
        this.#events.shardsRefused(`volume ${shard.name.volumeId}, shard ${shard.shardId}`, error);
      }
    }
  }

  /** The encoding of which most shards are here. */
  get(volumeId: number): EcVolume | undefined {
    return this.#volumes.get(volumeId)?.[0];
  }

  /** Every encoding of every volume, by ascending ids. */
  list(): readonly EcVolume[] {
    return [...this.#volumes.values()].flat().sort((a, b) => a.volumeId - b.volumeId);
  }

  encodingsOf(volumeId: number): readonly EcVolume[] {
    return this.#volumes.get(volumeId) ?? [];
  }

  /** The encoding whose shard of that id is here; the asked one when there are several. */
  findHolder(volumeId: number, shardId: number, encodeTsNs = 0n): EcVolume | undefined {
    const holders = this.encodingsOf(volumeId).filter((volume) => volume.shards.has(shardId));
    return holders.find(({ info }) => info.encodeTsNs === encodeTsNs) ?? holders[0];
  }

  diskIdsOf(volumeId: number): number[] {
    return [...new Set(this.encodingsOf(volumeId).flatMap((volume) => volume.diskIds))].sort((a, b) => a - b);
  }

  /** Calls back on every change until the returned function is called. */
  onChange(listener: (change: ShardChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes of one volume's shards come one after the other. */
  inTurn<T>(volumeId: number, change: () => Promise<T>): Promise<T> {
    const outcome = (this.#turns.get(volumeId) ?? Promise.resolve()).then(change);
    const settled = outcome
      .catch(() => undefined)
      .finally(() => {
        if (this.#turns.get(volumeId) === settled) this.#turns.delete(volumeId);
      });
    this.#turns.set(volumeId, settled);
    return outcome;
  }

  /** Within a turn. A shard that is mounted stays as it is. @throws VolumeError `volume-not-found` */
  async mount(name: VolumeFileName, shardId: number, diskType: string | undefined): Promise<void> {
    const shard = await this.store.openShard(name, shardId);
    try {
      await this.#add(shard, diskType);
    } catch (error) {
      await shard.file.close();
      throw error;
    }
  }

  /** Within a turn. Only shards of encodings older than that time, unless it is 0n. A missing shard is no error. */
  async unmount(volumeId: number, shardId: number, olderThanTsNs: bigint): Promise<void> {
    for (const volume of [...this.encodingsOf(volumeId)]) {
      const { encodeTsNs } = volume.info;
      if (olderThanTsNs > 0n && !(encodeTsNs > 0n && encodeTsNs < olderThanTsNs)) continue;
      await this.#unmountOne(volume, shardId);
    }
  }

  /** Within a turn: takes all shards of a volume, or those on some disks, out of use. */
  async unload(volumeId: number, diskIds?: readonly number[]): Promise<void> {
    for (const volume of [...this.encodingsOf(volumeId)]) {
      for (const { shardId, diskId } of [...volume.shards.values()]) {
        if (diskIds === undefined || diskIds.includes(diskId)) await this.#unmountOne(volume, shardId);
      }
    }
  }

  /** Removes volumes whose time is over. */
  async removeExpired(nowSeconds: number): Promise<void> {
    for (const { name, volumeId, info } of this.list()) {
      if (info.expireAtSec === 0 || nowSeconds <= info.expireAtSec) continue;
      await this.inTurn(volumeId, async () => {
        const diskIds = this.diskIdsOf(volumeId);
        await this.unload(volumeId);
        await this.store.tearDown(name, diskIds);
      });
      this.#events.expiredVolumeRemoved(volumeId);
    }
  }

  /** Removes all shards of a collection. */
  async deleteCollection(collection: string): Promise<void> {
    for (const { name, volumeId } of this.list()) {
      if (name.collection !== collection) continue;
      await this.inTurn(volumeId, async () => {
        const diskIds = this.diskIdsOf(volumeId);
        await this.unload(volumeId);
        await this.store.tearDown(name, diskIds);
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#turns.values());
    const volumes = this.list();
    this.#volumes.clear();
    for (const volume of volumes) await volume.close();
  }

  async #unmountOne(volume: EcVolume, shardId: number): Promise<void> {
    const shard = volume.shards.get(shardId);
    if (shard === undefined) return;
    this.#tell('removed', volume.report(shard.diskId, shardId));
    volume.remove(shardId);
    await shard.file.close();
    if (volume.shards.size === 0) await this.#drop(volume);
  }

  async #add(shard: OpenedShard, diskType: string | undefined): Promise<void> {
    const { volumeId } = shard.name;
    const encodings = this.#volumes.get(volumeId) ?? [];
    let volume = encodings.find(
      ({ info, collection }) => info.encodeTsNs === shard.info.encodeTsNs && collection === shard.name.collection,
    );
    if (volume === undefined) {
      volume = new EcVolume(shard, await this.store.openShared(shard.name, shard.diskId));
      this.#volumes.set(volumeId, [...(this.#volumes.get(volumeId) ?? []), volume]);
    } else if (volume.add(shard)) await volume.shared.addDisk(shard.diskId);
    else await shard.file.close();
    if (diskType !== undefined) volume.diskType = diskType;
    this.#volumes.get(volumeId)?.sort((a, b) => b.shards.size - a.shards.size);
    this.#tell('added', volume.report(shard.diskId, shard.shardId));
  }

  async #drop(volume: EcVolume): Promise<void> {
    const left = this.encodingsOf(volume.volumeId).filter((other) => other !== volume);
    if (left.length === 0) this.#volumes.delete(volume.volumeId);
    else this.#volumes.set(volume.volumeId, left);
    await volume.close();
  }

  #tell(kind: ShardChange['kind'], report: ShardReport | undefined): void {
    if (report === undefined) return;
    for (const listener of this.#listeners) listener({ kind, report });
  }
}
