import { setTimeout as sleep } from 'node:timers/promises';

/** Clock and chance, so that tests have their own. */
export interface ScanTime {
  readonly nowMs: () => number;
  /** Rejects when the signal aborts. `background`: does not keep the process alive. */
  readonly sleep: (ms: number, signal: AbortSignal, background?: boolean) => Promise<void>;
  /** From 0 up to below 1. */
  readonly random: () => number;
}

export const SYSTEM_TIME: ScanTime = {
  nowMs: () => performance.now(),
  sleep: (ms, signal, background = false) => sleep(ms, undefined, { signal, ref: !background }),
  random: Math.random,
};
