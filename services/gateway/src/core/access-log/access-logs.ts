import { isByEventDay, type LogDestination, type LogSource } from './log-key.ts';

export interface LogLine {
  readonly source: LogSource;
  readonly text: string;
}

/** Lines of one log object to be. */
export interface LogBatch {
  /** Its source is that of the first line: with simple keys, sources that share a target share its objects. */
  readonly destination: LogDestination;
  readonly lines: readonly LogLine[];
  /** When the first of them happened. */
  readonly eventMs: number;
}

export interface AccessLogsOptions {
  /** How long records for a target are gathered, from the first one on. */
  readonly rollIntervalMs: number;
  /** Lines of one object; more make another one at once. */
  readonly batchBytesMax: number;
  /** All lines that wait, for whatever reason; those beyond are lost, and told of. */
  readonly waitingBytesMax: number;
  /**
   * Writes one object and says how many lines the target took. Rejects when it could not: the lines are lost then, as there is nobody to
   * wait for them.
   */
  readonly deliver: (batch: LogBatch) => Promise<number>;
  readonly events: AccessLogEvents;
}

export interface AccessLogEvents {
  delivered(lines: number): void;
  lost(lines: number, error: unknown): void;
}

interface OpenBatch {
  readonly destination: LogDestination;
  readonly lines: LogLine[];
  readonly eventMs: number;
  readonly timer: NodeJS.Timeout;
  sizeBytes: number;
}

const DAY_MS = 86_400_000;

/**
 * Gathers records per target in memory and hands them over as objects, one after the other. Best effort, as in S3: a crash
 * loses what was gathered since the last roll; a stop delivers it.
 */
export class AccessLogs {
  readonly #options: AccessLogsOptions;
  readonly #open = new Map<string, OpenBatch>();
  #waitingBytes = 0;
  #delivering: Promise<void> = Promise.resolve();

  constructor(options: AccessLogsOptions) {
    this.#options = options;
  }

  /** @param line without a line break */
  add(destination: LogDestination, line: string, eventMs: number): void {
    const { batchBytesMax, waitingBytesMax, events, rollIntervalMs } = this.#options;
    const sizeBytes = line.length + 1;
    if (this.#waitingBytes + sizeBytes > waitingBytesMax) {
      events.lost(1, new RangeError(`${this.#waitingBytes} bytes of access logs wait for delivery`));
      return;
    }
    const name = nameOf(destination, eventMs);
    let batch = this.#open.get(name);
    if (batch !== undefined && batch.sizeBytes + sizeBytes > batchBytesMax) {
      this.#roll(name);
      batch = undefined;
    }
    if (batch === undefined) {
      const timer = setTimeout(() => this.#roll(name), rollIntervalMs);
      timer.unref();
      batch = { destination, lines: [], eventMs, timer, sizeBytes: 0 };
      this.#open.set(name, batch);
    }
    batch.lines.push({ source: destination.source, text: line });
    batch.sizeBytes += sizeBytes;
    this.#waitingBytes += sizeBytes;
  }

  /** Whether records for this target have been gathered for so long. */
  isOlderThan(destination: LogDestination, ageMs: number, nowMs: number): boolean {
    const batch = this.#open.get(nameOf(destination, nowMs));
    return batch !== undefined && nowMs - batch.eventMs >= ageMs;
  }

  /** Delivers what was gathered for this target today, and all that was rolled before. Never rejects. */
  roll(destination: LogDestination, nowMs: number): Promise<void> {
    this.#roll(nameOf(destination, nowMs));
    return this.#delivering;
  }

  /** Delivers everything that was gathered until now. Never rejects. */
  flush(): Promise<void> {
    for (const name of [...this.#open.keys()]) this.#roll(name);
    return this.#delivering;
  }

  #roll(name: string): void {
    const batch = this.#open.get(name);
    if (batch === undefined) return;
    this.#open.delete(name);
    clearTimeout(batch.timer);
    this.#delivering = this.#delivering.then(() => this.#deliver(batch));
  }

  async #deliver(batch: OpenBatch): Promise<void> {
    const { deliver, events } = this.#options;
    const { destination, lines, eventMs } = batch;
    try {
      const taken = await deliver({ destination, lines, eventMs });
      events.delivered(taken);
      if (taken < lines.length) events.lost(lines.length - taken, new Error('refused by the target bucket'));
    } catch (error) {
      events.lost(lines.length, error);
    }
    this.#waitingBytes -= batch.sizeBytes;
  }
}

const nameOf = (destination: LogDestination, eventMs: number): string => {
  const { source, target } = destination;
  const isPartitioned = target.keyFormat?.partitioned !== undefined;
  const day = isByEventDay(destination) ? Math.floor(eventMs / DAY_MS) : '';
  return JSON.stringify([target, isPartitioned ? source.bucket : '', day]);
};
