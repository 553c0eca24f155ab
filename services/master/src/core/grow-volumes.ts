import { replicaCopies, replicaPlacementFromByte } from '@needlestack/needle-format';
import type { FileIdSequence } from './file-id-sequence.ts';
import { GROW_ATTEMPTS, GROW_COUNT_BY_COPIES, GROW_FREE_SHARE, GROW_PAUSE_MS, GROW_PAUSES_MAX } from './limits.ts';
import { MasterError } from './master-error.ts';
import { planPlacement } from './plan-placement.ts';
import type { Clock, MasterEvents, NewVolume, Random, VolumeServers } from './ports.ts';
import type { Topology } from './topology.ts';
import { emptyVolumeRecord } from './volume-record.ts';
import type { VolumeServerNode } from './volume-server-node.ts';
import { describeLayout, type WriteWish, wishName } from './write-wish.ts';

export interface VolumeGrowerOptions {
  readonly topology: Topology;
  readonly sequence: FileIdSequence;
  readonly servers: VolumeServers;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: MasterEvents;
  /** Bytes a new volume file takes at once; 0 grows as it is written. */
  readonly preallocateBytes: number;
  /** Resolves when volume ids may be given out; see WARM_UP_MS. */
  readonly whenReady: () => Promise<void>;
}

/** A growth under way. */
export interface Growth {
  /** Resolves with the first new volume; rejects when not even one could be made. */
  readonly first: Promise<void>;
  /** How many were made; never rejects. */
  readonly made: Promise<number>;
}

/** Makes volumes: finds servers, promises their slots, allocates on all of them, or leaves nothing behind. */
export class VolumeGrower {
  readonly #options: VolumeGrowerOptions;
  readonly #underWay = new Map<string, Growth>();
  /** Wishes whose last growth failed, until when they are not grown without need. */
  readonly #pausedUntilMs = new Map<string, number>();

  constructor(options: VolumeGrowerOptions) {
    this.#options = options;
  }

  /** Grows for a wish, by the usual number of volumes. One growth at a time for the same wish: a second call joins it. */
  growFor(wish: WriteWish): Growth {
    const name = wishName(wish);
    const running = this.#underWay.get(name);
    if (running !== undefined) return running;
    const growth = this.#start(wish, this.#usualCount(wish));
    this.#underWay.set(name, growth);
    void growth.made.finally(() => this.#underWay.delete(name));
    return growth;
  }

  /** Grows when nobody waits for it; not while a growth is under way, nor soon after one that failed. */
  growAhead(wish: WriteWish): void {
    const name = wishName(wish);
    if (this.#underWay.has(name) || (this.#pausedUntilMs.get(name) ?? 0) > this.#options.clock.nowMs()) return;
    // The growth itself reports why it failed.
    this.growFor(wish).first.catch(() => {});
  }

  /** Makes exactly `count` volumes. Rejects with the first failure; what was made until then stays. */
  async grow(wish: WriteWish, count: number): Promise<void> {
    for (let made = 0; made < count; made++) await this.#growOne(wish);
  }

  /** Free slots where the wish could be fulfilled. */
  countFreeSlots(wish: WriteWish): number {
    let free = 0;
    for (const server of this.#options.topology.servers) {
      if (wish.place.dataCenter !== '' && server.identity.dataCenter !== wish.place.dataCenter) continue;
      free += server.freeSlots(wish.layout.diskType);
    }
    return free;
  }

  #usualCount(wish: WriteWish): number {
    const copies = replicaCopies(replicaPlacementFromByte(wish.layout.placement));
    const usual = GROW_COUNT_BY_COPIES[copies] ?? 1;
    const affordable = Math.floor((this.countFreeSlots(wish) * GROW_FREE_SHARE) / copies);
    return Math.max(1, Math.min(usual, affordable));
  }

  #start(wish: WriteWish, count: number): Growth {
    const first = this.#growOne(wish);
    const made = first.then(
      async () => {
        let total = 1;
        try {
          for (; total < count; total++) await this.#growOne(wish);
        } catch (error) {
          this.#noteFailure(wish, error);
        }
        return total;
      },
      (error: unknown) => {
        this.#noteFailure(wish, error);
        return 0;
      },
    );
    return { first, made };
  }

  #noteFailure(wish: WriteWish, error: unknown): void {
    if (this.#pausedUntilMs.size >= GROW_PAUSES_MAX) this.#pausedUntilMs.clear();
    this.#pausedUntilMs.set(wishName(wish), this.#options.clock.nowMs() + GROW_PAUSE_MS);
    this.#options.events.growthFailed(describeLayout(wish.layout), error);
  }

  async #growOne(wish: WriteWish): Promise<void> {
    await this.#options.whenReady();
    const failed = new Set<VolumeServerNode>();
    for (let attempt = 1; ; attempt++) {
      const chosen = this.#choose(wish, failed);
      const release = chosen.map((server) => server.reserveSlot(wish.layout.diskType));
      try {
        await this.#allocate(wish, chosen, failed);
        return;
      } catch (error) {
        if (attempt === GROW_ATTEMPTS || !(error instanceof MasterError) || error.code !== 'allocation-failed') {
          throw error;
        }
      } finally {
        for (const free of release) free();
      }
    }
  }

  #choose(wish: WriteWish, failed: ReadonlySet<VolumeServerNode>): VolumeServerNode[] {
    const { topology, random } = this.#options;
    const candidates = topology.servers
      .filter((server) => !failed.has(server) && !server.isInMaintenance)
      .map((server) => ({
        id: server.identity.id,
        dataCenter: server.identity.dataCenter,
        rack: server.identity.rack,
        freeSlots: server.freeSlots(wish.layout.diskType),
        server,
      }));
    const placement = replicaPlacementFromByte(wish.layout.placement);
    return planPlacement(candidates, placement, wish.place, random).map(({ server }) => server);
  }

  async #allocate(wish: WriteWish, chosen: VolumeServerNode[], failed: Set<VolumeServerNode>): Promise<void> {
    const { sequence, servers, topology, events } = this.#options;
    const volume: NewVolume = {
      ...wish.layout,
      id: await sequence.nextVolumeId(),
      preallocateBytes: this.#options.preallocateBytes,
      memoryMapMaxSizeMb: wish.memoryMapMaxSizeMb,
    };
    const outcomes = await Promise.allSettled(chosen.map((server) => servers.allocateVolume(server, volume)));
    const causes: unknown[] = [];
    outcomes.forEach((outcome, index) => {
      const server = chosen[index];
      if (outcome.status === 'fulfilled' || server === undefined) return;
      failed.add(server);
      causes.push(outcome.reason);
    });
    if (causes.length > 0) {
      await this.#rollBack(volume.id, chosen);
      const refusing = [...failed].map((server) => server.url).join(', ');
      throw new MasterError('allocation-failed', `volume ${volume.id} could not be made on ${refusing}`, {
        cause: new AggregateError(causes),
      });
    }
    for (const server of chosen) topology.addProvisional(server, emptyVolumeRecord(volume.id, wish.layout));
    events.volumeGrown(volume, chosen);
  }

  /** Also where the answer was an error: it may have come after the deed. */
  async #rollBack(volumeId: number, chosen: readonly VolumeServerNode[]): Promise<void> {
    await Promise.allSettled(chosen.map((server) => this.#options.servers.deleteVolume(server, volumeId)));
  }
}
