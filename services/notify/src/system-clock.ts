import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './core/ports.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (delayMs, signal) => {
    if (signal.aborted) return;
    await delay(delayMs, undefined, { signal }).catch(() => undefined);
  },
};
