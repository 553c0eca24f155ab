/** A server by script, with a clock of its own: every call is noted, and answered by the next line of the script. */
import { EventEmitter, once } from 'node:events';
import type { ScanTime } from '../src/client/scan-time.ts';
import { RecordsBuilder, type ScanKvAnswer, type ScanKvPort, type ScanKvRequest } from '../src/protocol/index.ts';

export type ScriptLine = (
  request: ScanKvRequest,
  options: { readonly signal?: AbortSignal; readonly deadlineMs?: number },
) => ScanKvAnswer | Promise<ScanKvAnswer>;

export function recordsOf(keys: readonly string[]): Buffer {
  const builder = new RecordsBuilder(1_000_000);
  for (const key of keys) builder.add(Buffer.from(key), 0, Buffer.from(`value of ${key}`));
  return builder.finish();
}

export const SCANNER_ID = Buffer.alloc(16, 7);

/** An answer with more to come; `opens` makes it the first one. */
export const more = (keys: readonly string[], opens = false): ScanKvAnswer => ({
  hasMoreResults: true,
  records: recordsOf(keys),
  snapshotChanged: false,
  resumeToken: Buffer.from(`after ${keys.at(-1)}`),
  ...(opens ? { scannerId: SCANNER_ID, logOffset: 42n } : {}),
});

export const last = (keys: readonly string[]): ScanKvAnswer => ({
  hasMoreResults: false,
  records: recordsOf(keys),
  snapshotChanged: false,
});

const kindOf = (request: ScanKvRequest): string => {
  if (request.closeScanner) return 'close';
  if (request.keepAlive) return 'keep-alive';
  if (request.open === undefined) return `continue ${request.callSeqId}`;
  const { mode, resumeToken } = request.open;
  return `open ${mode}${resumeToken === undefined ? '' : ` ${Buffer.from(resumeToken)}`}`;
};

export class ScriptedPort implements ScanKvPort {
  readonly calls: string[] = [];
  readonly #script: ScriptLine[];
  readonly #events = new EventEmitter();

  constructor(script: readonly (ScriptLine | ScanKvAnswer | Error)[]) {
    this.#script = script.map((line): ScriptLine => {
      if (typeof line === 'function') return line;
      return () => {
        if (line instanceof Error) throw line;
        return line;
      };
    });
  }

  async scanKv(request: ScanKvRequest, options: Parameters<ScriptLine>[1] = {}): Promise<ScanKvAnswer> {
    this.calls.push(kindOf(request));
    this.#events.emit('call');
    if (request.closeScanner || request.keepAlive) return last([]);
    const line = this.#script.shift();
    if (line === undefined) throw new Error('the script is at its end');
    return line(request, options);
  }

  /** Resolves when so many calls were made. */
  async untilCalls(count: number): Promise<void> {
    while (this.calls.length < count) await once(this.#events, 'call');
  }
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Time that passes when a test says so, or by itself: then a sleep is over at once. */
export class TestTime implements ScanTime {
  readonly slept: number[] = [];
  passesByItself = true;
  #nowMs = 0;
  #chance = 0.5;
  #sleepers: Sleeper[] = [];

  readonly nowMs = (): number => this.#nowMs;
  readonly random = (): number => this.#chance;

  useChance(chance: number): void {
    this.#chance = chance;
  }

  readonly sleep = async (ms: number, signal: AbortSignal, background = false): Promise<void> => {
    signal.throwIfAborted();
    if (this.passesByItself && !background) {
      this.slept.push(ms);
      this.#nowMs += ms;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const sleeper = { atMs: this.#nowMs + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
    });
  };

  pass(ms: number): void {
    this.#nowMs += ms;
    const due = this.#sleepers.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { wake } of due) wake();
  }
}
