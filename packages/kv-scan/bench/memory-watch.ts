import { readFileSync } from 'node:fs';

const LOOK_MS = 5;
const KIB = 1024;

export interface MostMemory {
  readonly mostRss: number;
  readonly mostBuffers: number;
  readonly mostHeap: number;
}

/** Looks at the memory of this process every few milliseconds; with a collector, at what is in use, not at what waits to be collected. */
export class MemoryWatch {
  readonly #collect: () => void;
  #timer: NodeJS.Timeout | undefined;
  #most: MostMemory = { mostRss: 0, mostBuffers: 0, mostHeap: 0 };

  constructor(collect: () => void = () => undefined) {
    this.#collect = collect;
    this.#lookLater(LOOK_MS);
  }

  /** The most since the last report, and now. */
  report(): MostMemory {
    this.look();
    const most = this.#most;
    this.#most = { mostRss: 0, mostBuffers: 0, mostHeap: 0 };
    return most;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Collecting takes its time; as long again belongs to the program. */
  #lookLater(ms: number): void {
    this.#timer = setTimeout(() => {
      const startMs = performance.now();
      this.look();
      this.#lookLater(Math.max(LOOK_MS, performance.now() - startMs));
    }, ms);
    this.#timer.unref();
  }

  look(): void {
    // The first round finds out what is garbage, the second waits until its memory is free.
    this.#collect();
    this.#collect();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    this.#most = {
      mostRss: Math.max(this.#most.mostRss, anonymousBytes()),
      mostBuffers: Math.max(this.#most.mostBuffers, arrayBuffers),
      mostHeap: Math.max(this.#most.mostHeap, heapUsed),
    };
  }
}

/** What the process has of its own; pages of mapped files are the system's, which takes them back when it wants. */
function anonymousBytes(): number {
  const kib = /^RssAnon:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return kib === undefined ? process.memoryUsage.rss() : Number(kib) * KIB;
}
