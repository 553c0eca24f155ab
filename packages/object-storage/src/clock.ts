import { setTimeout as pause } from 'node:timers/promises';

/** Time as this package sees it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Rejects with the signal's reason when it is aborted before. */
  wait(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: Date.now,
  wait: async (delayMs, signal) => {
    try {
      await pause(delayMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
