import type { Clock, VolumeEvents } from '../ports.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';
import type { Volume } from '../volume/volume.ts';
import { scrubVolume } from './scrub-volume.ts';

export interface BackgroundScrubOptions {
  readonly volumes: () => readonly Volume[];
  /** A volume is read through once in this time; the first one so long after the start as there are volumes to spread it over. */
  readonly everyMs: number;
  readonly pacer: BytePacer;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly events: Pick<VolumeEvents, 'volumeScrubbed'>;
}

/** How long it sleeps when nothing is due, at most. */
const LOOK_AGAIN_MS = 60_000;

/** Reads all volumes through, one after the other and slowly, so that damage is known before the last good copy is needed. */
export class BackgroundScrub {
  readonly #options: BackgroundScrubOptions;
  readonly #stop = new AbortController();
  readonly #scrubbedAtMs = new Map<number, number>();
  #running: Promise<void> | undefined;

  constructor(options: BackgroundScrubOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { everyMs, clock, pause } = this.#options;
    const { signal } = this.#stop;
    const startedAtMs = clock.nowMs();
    while (!signal.aborted) {
      const volumes = this.#options.volumes();
      for (const [index, { volumeId }] of volumes.entries()) {
        // Spread over the first round, so that a restart does not read everything at once.
        if (this.#scrubbedAtMs.has(volumeId)) continue;
        this.#scrubbedAtMs.set(volumeId, startedAtMs - everyMs + ((index + 1) * everyMs) / (volumes.length + 1));
      }
      const due = this.#mostOverdue(volumes);
      const waitMs = due === undefined ? LOOK_AGAIN_MS : this.#dueAtMs(due) - clock.nowMs();
      if (due !== undefined && waitMs <= 0) await this.#scrub(due);
      else await pause(Math.min(waitMs, LOOK_AGAIN_MS), signal).catch(() => undefined);
    }
  }

  #mostOverdue(volumes: readonly Volume[]): Volume | undefined {
    let first: Volume | undefined;
    for (const volume of volumes) {
      if (volume.state === 'closed') continue;
      if (first === undefined || this.#dueAtMs(volume) < this.#dueAtMs(first)) first = volume;
    }
    return first;
  }

  #dueAtMs({ volumeId }: Volume): number {
    return (this.#scrubbedAtMs.get(volumeId) ?? 0) + this.#options.everyMs;
  }

  async #scrub(volume: Volume): Promise<void> {
    const { pacer, clock, events } = this.#options;
    try {
      events.volumeScrubbed(volume.volumeId, await scrubVolume(volume, 'full', pacer, this.#stop.signal));
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      // A volume that was closed below the scrub is no news.
      if (!this.#stop.signal.aborted && volume.state !== 'closed') {
        events.volumeScrubbed(volume.volumeId, { needles: 0, faults: [fault], damagedIds: [] });
      }
    }
    this.#scrubbedAtMs.set(volume.volumeId, clock.nowMs());
  }
}
