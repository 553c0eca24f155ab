import type { Clock } from '../ports.ts';

/** Keeps a transfer below a rate. */
export interface BytePacer {
  /** Settles when so many more bytes are due. @throws when the signal aborts */
  pass(lengthBytes: number, signal: AbortSignal): Promise<void>;
}

/** Longest single wait, so that a change of mind is noticed. */
const WAIT_MAX_MS = 1_000;

/** @param bytesPerSecond 0 for no bound */
export function createBytePacer(
  bytesPerSecond: number,
  clock: Pick<Clock, 'nowMs'>,
  pause: (ms: number, signal: AbortSignal) => Promise<void>,
): BytePacer {
  if (bytesPerSecond <= 0) return { pass: async () => undefined };
  let dueMs = clock.nowMs();
  return {
    pass: async (lengthBytes, signal) => {
      // Time that was not used is not saved up: a burst after a rest would be the very thing to avoid.
      dueMs = Math.max(dueMs, clock.nowMs()) + (lengthBytes / bytesPerSecond) * 1000;
      for (let leftMs = dueMs - clock.nowMs(); leftMs > 0; leftMs = dueMs - clock.nowMs()) {
        await pause(Math.min(leftMs, WAIT_MAX_MS), signal);
      }
    },
  };
}
