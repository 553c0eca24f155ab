import { BackgroundRounds } from '../background-rounds.ts';
import type { Clock } from '../ports.ts';
import type { ShardHolders } from '../shards/ec-ports.ts';
import type { EcVolume } from '../shards/ec-volume.ts';
import type { VolumeRegistry } from '../volume/volume-registry.ts';
import { mendShards, missingShards, type ShardMendParts, type ShardMendReport } from './mend-shards.ts';
import { planNextLook, type RepairPlan, type RepairTimes } from './repair-plan.ts';

/** `everyMs` is how often sizes, and where shards are, are looked at. */
export interface ShardMenderOptions extends ShardMendParts, RepairTimes {
  readonly registry: VolumeRegistry;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How often all shards here are read through, and at which rate; 0 bytes for never. */
  readonly verifyEveryMs: number;
  readonly verifyBytesPerSecond: number;
  /** A shard counts as lost when no server has had it for so long: those that are being moved are away for a while. */
  readonly lostAfterMs: number;
  readonly isAllowed: () => boolean;
}

interface Plan extends RepairPlan {
  verifyDueAtMs: number;
  suspects: Set<number>;
  /** Since when shards have had no holder. */
  readonly missingSinceMs: Map<number, number>;
}

/** How long it sleeps when nothing is due, at most. */
const LOOK_AGAIN_MS = 1_000;
/** Parts of the first round in which volumes are read through. */
const SPREAD = 64;

/** Keeps the shards on this server whole, in the background and one volume after the other. */
export class ShardMender {
  readonly #options: ShardMenderOptions;
  readonly #rounds: BackgroundRounds<EcVolume>;
  readonly #plans = new WeakMap<EcVolume, Plan>();

  constructor(options: ShardMenderOptions) {
    this.#options = options;
    this.#rounds = new BackgroundRounds({
      clock: options.clock,
      pause: options.pause,
      items: () => options.shards.list(),
      dueAtMs: (volume) => this.#planOf(volume).dueAtMs,
      work: (volume) => this.#lookAt(volume),
      onFailure: ({ volumeId }, error) =>
        options.events.shardsChecked(volumeId, [], error instanceof Error ? error.message : String(error)),
      isAllowed: options.isAllowed,
      lookAgainMs: LOOK_AGAIN_MS,
    });
  }

  start(): void {
    this.#rounds.start();
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** Reads found shards of the volume damaged; those that lie elsewhere are no concern of this server. */
  suspect(volumeId: number, shardIds: readonly number[]): void {
    for (const volume of this.#options.shards.encodingsOf(volumeId)) {
      const own = shardIds.filter((shardId) => volume.shards.has(shardId));
      if (own.length === 0) continue;
      const plan = this.#planOf(volume);
      for (const shardId of own) plan.suspects.add(shardId);
      plan.dueAtMs = Math.min(plan.dueAtMs, this.#options.clock.nowMs());
    }
    this.#rounds.wake();
  }

  /** Reads all shards of the volume here through and mends what is damaged, now. */
  mendNow(volume: EcVolume): Promise<ShardMendReport> {
    return this.#mend(volume, this.#planOf(volume), 0);
  }

  async #lookAt(volume: EcVolume): Promise<void> {
    const { clock, verifyBytesPerSecond, verifyEveryMs } = this.#options;
    const plan = this.#planOf(volume);
    const isVerifyDue = plan.verifyDueAtMs <= clock.nowMs();
    try {
      await this.#mend(volume, plan, isVerifyDue ? verifyBytesPerSecond : undefined);
    } finally {
      if (isVerifyDue) plan.verifyDueAtMs = clock.nowMs() + verifyEveryMs;
    }
  }

  async #mend(volume: EcVolume, plan: Plan, verifyBytesPerSecond: number | undefined): Promise<ShardMendReport> {
    const { clock, events } = this.#options;
    const { suspects } = plan;
    plan.suspects = new Set();
    plan.dueAtMs = Number.POSITIVE_INFINITY;
    let isDone = false;
    try {
      const missing = await this.#findLost(volume, plan);
      const request = { verifyBytesPerSecond, suspects, missing };
      const report = await mendShards(this.#options, volume, request, this.#rounds.signal);
      isDone = report.damaged.length === 0;
      for (const shardId of report.damaged) plan.suspects.add(shardId);
      events.shardsChecked(volume.volumeId, report.damaged, report.failure);
      return report;
    } finally {
      planNextLook(plan, isDone, clock.nowMs(), this.#options);
    }
  }

  /** Shards that nobody has had for long and that this server is to make again: the one with the first shard of all that are left. */
  async #findLost(volume: EcVolume, plan: Plan): Promise<number[]> {
    const { registry, ecNeedles, clock, lostAfterMs } = this.#options;
    const holders = await ecNeedles.findHolders(volume);
    const missing = missingShards(volume, holders);
    for (const shardId of plan.missingSinceMs.keys()) {
      if (!missing.includes(shardId)) plan.missingSinceMs.delete(shardId);
    }
    for (const shardId of missing) {
      if (!plan.missingSinceMs.has(shardId)) plan.missingSinceMs.set(shardId, clock.nowMs());
    }
    // While the volume is here as a whole, its shards are on their way to where they shall be.
    if (registry.get(volume.volumeId) !== undefined || !isFirst(volume, holders)) return [];
    return missing.filter((shardId) => clock.nowMs() - (plan.missingSinceMs.get(shardId) ?? 0) >= lostAfterMs);
  }

  #planOf(volume: EcVolume): Plan {
    const known = this.#plans.get(volume);
    if (known !== undefined) return known;
    const { clock, verifyEveryMs, verifyBytesPerSecond, retryMs } = this.#options;
    const { volumeId } = volume;
    const dueAtMs = clock.nowMs();
    // Spread over the first round, so that a restart does not read everything at once.
    const share = ((volumeId % SPREAD) + 1) / (SPREAD + 1);
    const verifyDueAtMs = verifyBytesPerSecond > 0 ? dueAtMs + share * verifyEveryMs : Number.POSITIVE_INFINITY;
    const plan = { dueAtMs, verifyDueAtMs, retryMs, suspects: new Set<number>(), missingSinceMs: new Map() };
    this.#plans.set(volume, plan);
    return plan;
  }
}

function isFirst(volume: EcVolume, holders: ShardHolders): boolean {
  const ownFirst = Math.min(...volume.shards.keys());
  return [...holders.keys()].every((shardId) => volume.shards.has(shardId) || shardId > ownFirst);
}
