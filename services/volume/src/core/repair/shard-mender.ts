import type { Clock } from '../ports.ts';
import type { ShardHolders } from '../shards/ec-ports.ts';
import type { EcVolume } from '../shards/ec-volume.ts';
import type { VolumeRegistry } from '../volume/volume-registry.ts';
import { mendShards, missingShards, type ShardMendParts, type ShardMendReport } from './mend-shards.ts';

export interface ShardMenderOptions extends ShardMendParts {
  readonly registry: VolumeRegistry;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How often sizes, and where shards are, are looked at; 0 for only when something has happened. */
  readonly everyMs: number;
  /** How often all shards here are read through, and at which rate; 0 bytes for never. */
  readonly verifyEveryMs: number;
  readonly verifyBytesPerSecond: number;
  /** A shard counts as lost when no server has had it for so long: those that are being moved are away for a while. */
  readonly lostAfterMs: number;
  /** Pause before another try when one could not be mended; it doubles up to `everyMs`. */
  readonly retryMs: number;
  readonly isAllowed: () => boolean;
}

interface Plan {
  dueAtMs: number;
  verifyDueAtMs: number;
  retryMs: number;
  suspects: Set<number>;
  /** Since when shards have had no holder. */
  readonly missingSinceMs: Map<number, number>;
}

const LOOK_AGAIN_MS = 1_000;
/** Parts of the first round in which volumes are read through. */
const SPREAD = 64;

/** Keeps the shards on this server whole, in the background and one volume after the other. */
export class ShardMender {
  readonly #options: ShardMenderOptions;
  readonly #stop = new AbortController();
  readonly #plans = new WeakMap<EcVolume, Plan>();
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ShardMenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    await this.#running;
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
    this.#wake?.();
  }

  /** Reads all shards of the volume here through and mends what is damaged, now. */
  mendNow(volume: EcVolume): Promise<ShardMendReport> {
    return this.#mend(volume, this.#planOf(volume), 0);
  }

  async #run(): Promise<void> {
    const { clock, isAllowed } = this.#options;
    while (!this.#stop.signal.aborted) {
      const nowMs = clock.nowMs();
      const due = isAllowed() ? this.#mostOverdue() : undefined;
      if (due === undefined || due.plan.dueAtMs > nowMs) {
        await this.#sleep(Math.min(LOOK_AGAIN_MS, due === undefined ? LOOK_AGAIN_MS : due.plan.dueAtMs - nowMs));
        continue;
      }
      const isVerifyDue = due.plan.verifyDueAtMs <= nowMs;
      const rate = isVerifyDue ? this.#options.verifyBytesPerSecond : undefined;
      await this.#mend(due.volume, due.plan, rate).catch((error: unknown) => this.#tellFailure(due.volume, error));
      if (isVerifyDue) due.plan.verifyDueAtMs = clock.nowMs() + this.#options.verifyEveryMs;
    }
  }

  #mostOverdue(): { readonly volume: EcVolume; readonly plan: Plan } | undefined {
    let first: { readonly volume: EcVolume; readonly plan: Plan } | undefined;
    for (const volume of this.#options.shards.list()) {
      const plan = this.#planOf(volume);
      if (first === undefined || plan.dueAtMs < first.plan.dueAtMs) first = { volume, plan };
    }
    return first;
  }

  async #mend(volume: EcVolume, plan: Plan, verifyBytesPerSecond: number | undefined): Promise<ShardMendReport> {
    const { clock, events, everyMs, retryMs } = this.#options;
    const { suspects } = plan;
    plan.suspects = new Set();
    plan.dueAtMs = Number.POSITIVE_INFINITY;
    let isDone = false;
    try {
      const missing = await this.#findLost(volume, plan);
      const request = { verifyBytesPerSecond, suspects, missing };
      const report = await mendShards(this.#options, volume, request, this.#stop.signal);
      isDone = report.damaged.length === 0;
      for (const shardId of report.damaged) plan.suspects.add(shardId);
      events.shardsChecked(volume.volumeId, report.damaged, report.failure);
      return report;
    } finally {
      const usualMs = everyMs > 0 ? everyMs : Number.POSITIVE_INFINITY;
      const waitMs = isDone ? usualMs : Math.min(plan.retryMs, usualMs);
      plan.retryMs = isDone ? retryMs : Math.min(plan.retryMs * 2, Math.max(everyMs, retryMs));
      plan.dueAtMs = Math.min(plan.dueAtMs, clock.nowMs() + waitMs);
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

  #tellFailure({ volumeId }: EcVolume, error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#options.events.shardsChecked(volumeId, [], error instanceof Error ? error.message : String(error));
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const cut = new AbortController();
    const paused = this.#options.pause(Math.max(ms, 0), cut.signal).catch(() => undefined);
    await Promise.race([promise, paused]);
    cut.abort();
    this.#wake = undefined;
  }
}

function isFirst(volume: EcVolume, holders: ShardHolders): boolean {
  const ownFirst = Math.min(...volume.shards.keys());
  return [...holders.keys()].every((shardId) => volume.shards.has(shardId) || shardId > ownFirst);
}
