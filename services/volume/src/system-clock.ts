import type { Clock } from './core/ports.ts';

/** Wall clock in nanoseconds, as exact as the runtime gives it. */
export const systemClock: Clock = {
  nowNs: () => BigInt(Math.trunc((performance.timeOrigin + performance.now()) * 1000)) * 1000n,
  nowMs: () => Date.now(),
};
