import { VolumeError } from '@needlestack/service-contracts';
import { BackgroundRounds } from '../background-rounds.ts';
import type { Volume } from '../volume/volume.ts';
import type { VolumeRegistry } from '../volume/volume-registry.ts';
import { type MendParts, mendVolume } from './mend-volume.ts';
import { planNextLook, type RepairPlan, type RepairTimes } from './repair-plan.ts';
import type { MendReport, RepairEvents } from './repair-ports.ts';
import { type ReplaceParts, replaceCopy } from './replace-copy.ts';

/** `everyMs` is how often each volume with copies elsewhere is compared with them. A try has not helped while differences are still there. */
export interface ReplicaMenderOptions extends MendParts, ReplaceParts, RepairTimes {
  readonly registry: VolumeRegistry;
  readonly events: RepairEvents;
  /** The content of all needles is compared once in this time. */
  readonly deepEveryMs: number;
  /** Repairs would change volumes: no while the server is in maintenance mode. */
  readonly isAllowed: () => boolean;
}

/** What is planned for one volume. */
interface Plan extends RepairPlan {
  readonly volumeId: number;
  deepDueAtMs: number;
  damagedKeys: Set<bigint>;
  running: Promise<MendReport> | undefined;
}

/** How long it sleeps when nothing is due, at most. */
const LOOK_AGAIN_MS = 1_000;
const DAMAGED_KEYS_MAX = 10_000;

const REPLACED: MendReport = {
  written: 0,
  deleted: 0,
  undecided: [],
  equal: false,
  isDone: false,
  isDispensable: false,
  replaced: true,
  incompleteReason: '',
};

/**
 * Keeps copies of volumes equal: compares them in the background one volume after the other, soon where something has happened, and at
 * once when asked.
 */
export class ReplicaMender {
  readonly #options: ReplicaMenderOptions;
  readonly #rounds: BackgroundRounds<Plan>;
  readonly #plans = new Map<number, Plan>();
  /** Volumes whose files are here, as a whole or in part, but which could not be opened. */
  #lostIds: ReadonlySet<number> = new Set();
  #looksForLost = true;

  constructor(options: ReplicaMenderOptions) {
    this.#options = options;
    this.#rounds = new BackgroundRounds({
      clock: options.clock,
      pause: options.pause,
      prepare: () => this.#findLost(),
      items: () => this.#plansToFollow(),
      dueAtMs: ({ dueAtMs }) => dueAtMs,
      work: async (plan) => void (await this.#mend(plan)),
      onFailure: ({ volumeId }, error) => options.events.comparisonFailed(volumeId, toError(error)),
      isAllowed: options.isAllowed,
      lookAgainMs: LOOK_AGAIN_MS,
    });
  }

  start(): void {
    this.#rounds.start();
  }

  async close(): Promise<void> {
    await this.#rounds.close();
    await Promise.allSettled([...this.#plans.values()].flatMap(({ running }) => running ?? []));
  }

  /** Something has happened to a copy of the volume: a write that did not reach it, or damage to needles here. */
  suspect(volumeId: number, damagedKeys: Iterable<bigint> = []): void {
    const plan = this.#planOf(volumeId);
    for (const key of damagedKeys) if (plan.damagedKeys.size < DAMAGED_KEYS_MAX) plan.damagedKeys.add(key);
    plan.dueAtMs = Math.min(plan.dueAtMs, this.#options.clock.nowMs());
    this.#rounds.wake();
  }

  /** This server was away from the others, or has just started: all volumes may have missed something, and some may be lost. */
  suspectAll(): void {
    this.#looksForLost = true;
    for (const { volumeId } of this.#replicated()) this.suspect(volumeId);
  }

  /** The volume is not here any more. */
  forget(volumeId: number): void {
    this.#plans.delete(volumeId);
    this.#lostIds = new Set([...this.#lostIds].filter((lost) => lost !== volumeId));
  }

  /** Compares and mends now. Who asks while the volume is at it waits for another look after that. @throws VolumeError as `mendVolume` */
  async mendNow(volume: Volume): Promise<MendReport> {
    const plan = this.#planOf(volume.volumeId);
    while (plan.running !== undefined) await plan.running.catch(() => undefined);
    return this.#mend(plan);
  }

  async #findLost(): Promise<void> {
    const { registry } = this.#options;
    if (!this.#looksForLost) return;
    this.#looksForLost = false;
    try {
      const found = [...(await registry.store.listVolumeIds()), ...(await registry.store.listLostVolumeIds())];
      this.#lostIds = new Set(found.filter((volumeId) => registry.isLost(volumeId)));
    } catch (error) {
      this.#options.events.comparisonFailed(0, toError(error));
    }
  }

  /** Of what is not looked at already. */
  #plansToFollow(): readonly Plan[] {
    return [...this.#replicated().map(({ volumeId }) => volumeId), ...this.#lostIds]
      .map((volumeId) => this.#planOf(volumeId))
      .filter(({ running }) => running === undefined);
  }

  async #mend(plan: Plan): Promise<MendReport> {
    const running = this.#compare(plan);
    plan.running = running;
    try {
      return await running;
    } finally {
      plan.running = undefined;
    }
  }

  async #compare(plan: Plan): Promise<MendReport> {
    const { clock, events, deepEveryMs, retryMs } = this.#options;
    const isDeep = plan.deepDueAtMs <= clock.nowMs();
    const { damagedKeys, volumeId } = plan;
    plan.damagedKeys = new Set();
    plan.dueAtMs = Number.POSITIVE_INFINITY;
    let isDone = false;
    try {
      const report = await this.#mendOrReplace(volumeId, { isDeep, damagedKeys });
      isDone = report.isDone;
      // Comparisons of whole volumes do not see damaged data: it must not be forgotten.
      for (const key of report.undecided) if (damagedKeys.has(key)) plan.damagedKeys.add(key);
      if (isDeep) plan.deepDueAtMs = clock.nowMs() + deepEveryMs;
      // What was done is looked at again soon, to see that it has helped.
      if (report.written + report.deleted > 0 || report.replaced) plan.retryMs = retryMs;
      events.copiesCompared(volumeId, report);
      return report;
    } catch (error) {
      for (const key of damagedKeys) plan.damagedKeys.add(key);
      throw error;
    } finally {
      planNextLook(plan, isDone, clock.nowMs(), this.#options);
    }
  }

  async #mendOrReplace(
    volumeId: number,
    request: { readonly isDeep: boolean; readonly damagedKeys: ReadonlySet<bigint> },
  ): Promise<MendReport> {
    const { signal } = this.#rounds;
    const volume = this.#options.registry.get(volumeId);
    if (volume === undefined) {
      const lost = { volumeId, open: undefined, reason: 'its files could not be opened' };
      const isReplaced = this.#options.registry.isLost(volumeId) && (await replaceCopy(this.#options, lost, signal));
      if (isReplaced) this.#lostIds = new Set([...this.#lostIds].filter((lost) => lost !== volumeId));
      return { ...REPLACED, replaced: isReplaced, incompleteReason: isReplaced ? '' : 'no other copy is whole' };
    }
    const report = await mendVolume(this.#options, volume, request, signal);
    if (volume.state !== 'damaged' || !report.isDispensable) return report;
    const reason = volume.opened.damage ?? volume.state;
    return { ...report, replaced: await replaceCopy(this.#options, { volumeId, open: volume, reason }, signal) };
  }

  /** Volumes that are closed to changes by an operator are left as they are. */
  #replicated(): readonly Volume[] {
    return this.#options.registry
      .list()
      .filter(({ copies, state }) => copies > 1 && (state === 'writable' || state === 'damaged'));
  }

  /** A volume that is new here is compared at once. */
  #planOf(volumeId: number): Plan {
    const known = this.#plans.get(volumeId);
    if (known !== undefined) return known;
    const { clock, deepEveryMs, retryMs } = this.#options;
    const dueAtMs = clock.nowMs();
    const plan = {
      volumeId,
      dueAtMs,
      deepDueAtMs: dueAtMs + deepEveryMs,
      retryMs,
      damagedKeys: new Set<bigint>(),
      running: undefined,
    };
    this.#plans.set(volumeId, plan);
    return plan;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new VolumeError('io-error', String(error));
}
