import type { ObjectStorage } from '@needlestack/object-storage';
import type { CopyCounts } from './copy-prefix.ts';
import { PROGRESS_INTERVAL_MS } from './limits.ts';

export interface ProgressBarOptions {
  readonly counts: CopyCounts;
  /** Counted beside the copy, so that there is a whole to compare with. */
  readonly source: ObjectStorage;
  readonly write: (text: string) => void;
  readonly nowMs: () => number;
}

const BAR_CELLS = 24;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const CLEAR_LINE = '\r\u001b[2K';

/** One line of a terminal that is written again and again. */
export class ProgressBar {
  readonly #options: ProgressBarOptions;
  readonly #startMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #stop = new AbortController();
  #totalObjects = 0;
  #totalIsKnown = false;

  constructor(options: ProgressBarOptions) {
    this.#options = options;
    this.#startMs = options.nowMs();
    this.#timer = setInterval(() => this.#draw(), PROGRESS_INTERVAL_MS);
    void this.#countAll().catch(() => undefined);
  }

  /** Removes the line. */
  close(): void {
    clearInterval(this.#timer);
    this.#stop.abort();
    this.#options.write(CLEAR_LINE);
  }

  #draw(): void {
    const { counts, nowMs, write } = this.#options;
    const seconds = (nowMs() - this.#startMs) / 1_000;
    write(CLEAR_LINE + renderProgress(counts, this.#totalObjects, this.#totalIsKnown, seconds));
  }

  async #countAll(): Promise<void> {
    for await (const _ of this.#options.source.list('', { signal: this.#stop.signal })) this.#totalObjects += 1;
    this.#totalIsKnown = true;
  }
}

/** `[#####-----]  1,200 of 2,400 objects, 1.2 GiB, 340.0 MiB/s`; the whole has a plus while it is still being counted. */
export function renderProgress(
  counts: CopyCounts,
  totalObjects: number,
  totalIsKnown: boolean,
  seconds: number,
): string {
  const done = counts.copied + counts.skipped + counts.vanished + counts.failures.length;
  const total = Math.max(totalObjects, counts.listed);
  const cells = total === 0 ? 0 : Math.floor((done / total) * BAR_CELLS);
  const bar = '#'.repeat(cells) + '-'.repeat(BAR_CELLS - cells);
  const whole = `${formatCount(total)}${totalIsKnown ? '' : '+'}`;
  const rate = formatBytes(seconds > 0 ? counts.readBytes / seconds : 0);
  const failed = counts.failures.length === 0 ? '' : `, ${formatCount(counts.failures.length)} failed`;
  return `[${bar}] ${formatCount(done)} of ${whole} objects, ${formatBytes(counts.copiedBytes)}, ${rate}/s${failed}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
