import { VACUUM_DRAIN_MS, VACUUM_DRAINED_BYTES, VACUUMS_MAX } from './limits.ts';
import type { MasterEvents, VolumeServers } from './ports.ts';
import type { Topology } from './topology.ts';
import type { IndexedVolume } from './volume-index.ts';
import type { VolumeServerNode } from './volume-server-node.ts';

/*
 * A vacuum takes the volumes one by one: every holder says how much of its copy is garbage; those with enough of it compact their copies
 * beside the old ones, and when all are done they take them into use. When one cannot, none does: what was made is cleaned up.
 *
 * Invariants
 * V1 One vacuum at a time: a call while one runs ends at once.
 * V2 A disk compacts one volume at a time, and a server no more than it is allowed.
 * V3 While a volume is compacted no new file ids of it are given out. Writes to ids given out before go on.
 * V4 A volume with fewer or more copies than it asks for is left alone: its copies are being moved or mended.
 */

export interface VacuumSettings {
  /** Garbage as a share of the bytes of a copy, from which it is compacted. */
  readonly garbageThreshold: number;
  readonly parallelPerServerMax: number;
  /** Between two vacuums that start by themselves. */
  readonly pauseMs: number;
}

export interface VacuumRequest {
  readonly garbageThreshold: number;
  /** 0 is every volume. */
  readonly volumeId: number;
  /** Empty is every collection. */
  readonly collection: string;
}

export interface VolumeVacuumOptions {
  readonly topology: Topology;
  readonly servers: VolumeServers;
  readonly events: MasterEvents;
  readonly parallelPerServerMax: number;
  /** Bytes that a compacted file takes at once. */
  readonly preallocateBytes: number;
}

/** Who may forbid the vacuums that start by themselves. */
export type VacuumStopper = 'operator' | 'plugin';

/** Lets volume servers reclaim the room of deleted and overwritten needles. */
export class VolumeVacuum {
  readonly #options: VolumeVacuumOptions;
  readonly #stoppers = new Set<VacuumStopper>();
  readonly #closing = new AbortController();
  readonly #busyDisks = new Set<string>();
  readonly #busyServers = new Map<VolumeServerNode, number>();
  #running: Promise<void> | undefined;

  constructor(options: VolumeVacuumOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Vacuums that start by themselves do not start, and end after the volumes that they are at. */
  disable(by: VacuumStopper): void {
    this.#stoppers.add(by);
  }

  enable(by: VacuumStopper): void {
    this.#stoppers.delete(by);
  }

  isDisabledBy(stopper: VacuumStopper): boolean {
    return this.#stoppers.has(stopper);
  }

  /** Vacuums because somebody asked for it; resolves when it is over, at once while another runs. What fails is an event. */
  runOnDemand(request: VacuumRequest): Promise<void> {
    return this.#run(request, () => false);
  }

  /** Vacuums everything because it is time. */
  runByItself(garbageThreshold: number): Promise<void> {
    return this.#run({ garbageThreshold, volumeId: 0, collection: '' }, () => this.#stoppers.size > 0);
  }

  /** Gives up what is under way and cleans up behind it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(request: VacuumRequest, isForbidden: () => boolean): Promise<void> {
    if (this.#running !== undefined || this.#closing.signal.aborted || isForbidden()) return;
    this.#running = this.#vacuumAll(request, isForbidden);
    try {
      await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  async #vacuumAll(request: VacuumRequest, isForbidden: () => boolean): Promise<void> {
    let waiting = this.#chooseVolumes(request);
    const underWay = new Set<Promise<void>>();
    while (waiting.length > 0 && !isForbidden() && !this.#closing.signal.aborted) {
      const rest: IndexedVolume[] = [];
      for (const volume of waiting) {
        const release = underWay.size < VACUUMS_MAX ? this.#takePlaces(volume) : undefined;
        if (release === undefined) {
          rest.push(volume);
          continue;
        }
        const done = this.#vacuum(volume, request.garbageThreshold).finally(() => {
          release();
          underWay.delete(done);
        });
        underWay.add(done);
      }
      waiting = rest;
      if (waiting.length > 0) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  }

  /** A volume that turned read-only may lie on a failing disk: only whoever names it has it vacuumed. */
  #chooseVolumes({ volumeId, collection }: VacuumRequest): readonly IndexedVolume[] {
    const { volumes } = this.#options.topology;
    return [...volumes.volumes].filter((volume) => {
      if (collection !== '' && volume.layout.collection !== collection) return false;
      if (volumeId !== 0) return volume.id === volumeId && volumes.hasItsCopies(volume);
      return volumes.hasItsCopies(volume) && !volume.replicas.values().some(({ readOnly }) => readOnly);
    });
  }

  /** Undefined while one of the volume's disks or servers is busy. */
  #takePlaces({ replicas }: IndexedVolume): (() => void) | undefined {
    const places = [...replicas].map(([server, { diskId }]) => ({ server, disk: `${server.identity.id}/${diskId}` }));
    const isBusy = places.some(
      ({ server, disk }) =>
        this.#busyDisks.has(disk) ||
        (this.#busyServers.get(server) ?? 0) >= Math.max(1, this.#options.parallelPerServerMax),
    );
    if (isBusy) return undefined;
    for (const { server, disk } of places) {
      this.#busyDisks.add(disk);
      this.#busyServers.set(server, (this.#busyServers.get(server) ?? 0) + 1);
    }
    return () => {
      for (const { server, disk } of places) {
        this.#busyDisks.delete(disk);
        const left = (this.#busyServers.get(server) ?? 1) - 1;
        if (left === 0) this.#busyServers.delete(server);
        else this.#busyServers.set(server, left);
      }
    };
  }

  async #vacuum(volume: IndexedVolume, garbageThreshold: number): Promise<void> {
    const { topology, events } = this.#options;
    const holders = await this.#findGarbage(volume, garbageThreshold);
    if (holders.length === 0 || this.#closing.signal.aborted) return;
    const release = topology.volumes.holdWrites(volume.id);
    try {
      await this.#drain(volume);
      if (!(await this.#compact(volume.id, holders))) return;
      if (await this.#commit(volume.id, holders)) events.volumeVacuumed(volume.id, holders);
    } finally {
      release();
    }
  }

  /** Holders whose copies have enough garbage; none when one of them does not answer. */
  async #findGarbage({ id, replicas }: IndexedVolume, threshold: number): Promise<readonly VolumeServerNode[]> {
    const holders = [...replicas.keys()];
    try {
      const ratios = await Promise.all(holders.map((server) => this.#options.servers.garbageRatio(server, id)));
      return holders.filter((_, index) => (ratios[index] ?? 0) >= threshold);
    } catch (error) {
      this.#options.events.vacuumFailed(id, 'check', error);
      return [];
    }
  }

  /** Waits until what was assigned lately has arrived, by what the servers report; not for long. */
  #drain(volume: IndexedVolume): Promise<void> {
    if (volume.pendingBytes <= VACUUM_DRAINED_BYTES) return Promise.resolve();
    const { topology } = this.#options;
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stopListening();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, VACUUM_DRAIN_MS);
      const stopListening = topology.onChange(() => {
        if (volume.pendingBytes <= VACUUM_DRAINED_BYTES) end();
      });
      signal.addEventListener('abort', end, { once: true });
    });
  }

  async #compact(volumeId: number, holders: readonly VolumeServerNode[]): Promise<boolean> {
    const { servers, events, preallocateBytes } = this.#options;
    const { signal } = this.#closing;
    const outcomes = await Promise.allSettled(
      holders.map((server) => servers.compactVolume(server, volumeId, preallocateBytes, signal)),
    );
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed === undefined && !signal.aborted) return true;
    if (failed?.status === 'rejected') events.vacuumFailed(volumeId, 'compact', failed.reason);
    await this.#cleanUp(volumeId, holders);
    return false;
  }

  /** One after the other: copies that differ by a vacuum are fine, and a server that fails leaves the others as they are. */
  async #commit(volumeId: number, holders: readonly VolumeServerNode[]): Promise<boolean> {
    const { servers, topology, events } = this.#options;
    let isDone = true;
    for (const server of holders) {
      try {
        const { isReadOnly } = await servers.commitCompaction(server, volumeId);
        if (isReadOnly) topology.markReadOnly(server, volumeId, true);
      } catch (error) {
        isDone = false;
        events.vacuumFailed(volumeId, 'commit', error);
        await this.#cleanUp(volumeId, [server]);
      }
    }
    return isDone;
  }

  async #cleanUp(volumeId: number, holders: readonly VolumeServerNode[]): Promise<void> {
    const { servers, events } = this.#options;
    const outcomes = await Promise.allSettled(holders.map((server) => servers.discardCompaction(server, volumeId)));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') events.vacuumFailed(volumeId, 'clean-up', outcome.reason);
    }
  }
}
