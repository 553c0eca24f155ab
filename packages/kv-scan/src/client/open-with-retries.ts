import { isOpenRetriable, ScanError } from '../protocol/scan-error.ts';
import type { ScanKvAnswer } from '../protocol/scan-messages.ts';
import { OPEN_RETRY_WAITS_MS } from './limits.ts';
import type { ScanTime } from './scan-time.ts';

/**
 * Asks until it is answered, or refused for good, or the tries or the time are used up; then throws what the last try threw. Only for
 * calls that may be repeated as they are. No wait begins that would end after the time.
 */
export async function openWithRetries(
  ask: (leftMs: number) => Promise<ScanKvAnswer>,
  { time, timeoutMs, signal }: { readonly time: ScanTime; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ScanKvAnswer> {
  const endMs = time.nowMs() + timeoutMs;
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await ask(Math.max(1, endMs - time.nowMs()));
    } catch (error) {
      const longestMs = OPEN_RETRY_WAITS_MS[tries];
      if (longestMs === undefined || !(error instanceof ScanError) || !isOpenRetriable(error.code)) throw error;
      const waitMs = longestMs * time.random();
      if (time.nowMs() + waitMs >= endMs) throw error;
      await time.sleep(waitMs, signal);
    }
  }
}
