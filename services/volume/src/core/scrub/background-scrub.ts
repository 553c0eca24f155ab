import { BackgroundRounds } from '../background-rounds.ts';
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
  readonly #rounds: BackgroundRounds<Volume>;
  readonly #scrubbedAtMs = new Map<number, number>();
  #startedAtMs = 0;

  constructor(options: BackgroundScrubOptions) {
    this.#options = options;
    this.#rounds = new BackgroundRounds({
      clock: options.clock,
      pause: options.pause,
      items: () => this.#spreadOpen(),
      dueAtMs: ({ volumeId }) => (this.#scrubbedAtMs.get(volumeId) ?? 0) + options.everyMs,
      work: (volume, signal) => this.#scrub(volume, signal),
      onFailure: (volume, error) => this.#tellFailure(volume, error),
      lookAgainMs: LOOK_AGAIN_MS,
    });
  }

  start(): void {
    this.#startedAtMs = this.#options.clock.nowMs();
    this.#rounds.start();
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** Volumes are spread over the first round, so that a restart does not read everything at once. */
  #spreadOpen(): readonly Volume[] {
    const { everyMs } = this.#options;
    const volumes = this.#options.volumes();
    for (const [index, { volumeId }] of volumes.entries()) {
      if (this.#scrubbedAtMs.has(volumeId)) continue;
      this.#scrubbedAtMs.set(volumeId, this.#startedAtMs - everyMs + ((index + 1) * everyMs) / (volumes.length + 1));
    }
    return volumes.filter(({ state }) => state !== 'closed');
  }

  async #scrub(volume: Volume, signal: AbortSignal): Promise<void> {
    const { pacer, clock, events } = this.#options;
    try {
      events.volumeScrubbed(volume.volumeId, await scrubVolume(volume, 'full', pacer, signal));
    } finally {
      this.#scrubbedAtMs.set(volume.volumeId, clock.nowMs());
    }
  }

  #tellFailure(volume: Volume, error: unknown): void {
    // A volume that was closed below the scrub is no news.
    if (volume.state === 'closed') return;
    const fault = error instanceof Error ? error.message : String(error);
    this.#options.events.volumeScrubbed(volume.volumeId, { needles: 0, faults: [fault], damagedIds: [] });
  }
}
