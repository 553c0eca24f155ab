import { BACKOFF_MAX_MS } from './limits.ts';
import type { Random } from './ports.ts';

/**
 * Delay before the next attempt: full jitter over base, 2·base, 4·base … capped at five minutes, so that many lanes that failed
 * together do not come back together.
 * @param failedAttempts at least 1.
 */
export function backoffMs(failedAttempts: number, baseMs: number, random: Random): number {
  const ceilingMs = Math.min(BACKOFF_MAX_MS, baseMs * 2 ** Math.min(failedAttempts - 1, 30));
  return Math.floor(random() * ceilingMs);
}
