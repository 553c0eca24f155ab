import { setTimeout as pause } from 'node:timers/promises';
import type { ObjectStorageLimits } from './limits.ts';
import { ObjectStoreError } from './object-store-error.ts';

const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const RETRIED_CODES: ReadonlySet<string> = new Set([
  'SlowDown',
  'RequestTimeout',
  'InternalError',
  'ConditionalRequestConflict',
]);

export interface RetryOptions {
  readonly limits: Pick<ObjectStorageLimits, 'retriesMax' | 'retryBaseMs' | 'retryCapMs'>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
}

/** Whether the same request may succeed a moment later: no answer came, or the store was busy. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ObjectStoreError)) return false;
  return error.status === 0 ? error.code === 'unavailable' : isTransientAnswer(error);
}

/** Tries until it succeeds, fails for good, or has been tried often enough. Waits a random time that grows, or as long as the store asks. */
export async function withRetries<T>(
  { limits, random, signal }: RetryOptions,
  attempt: () => Promise<T>,
  isWorthIt: (error: unknown) => boolean = isTransient,
): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (tried >= limits.retriesMax || signal?.aborted === true || !isWorthIt(error)) throw error;
      const backoffMs = random() * Math.min(limits.retryCapMs, limits.retryBaseMs * 2 ** tried);
      const askedMs = error instanceof ObjectStoreError ? (error.retryAfterMs ?? 0) : 0;
      await pause(
        Math.max(backoffMs, Math.min(askedMs, limits.retryCapMs)),
        undefined,
        signal === undefined ? {} : { signal },
      );
    }
  }
}

function isTransientAnswer({ status, backendCode }: ObjectStoreError): boolean {
  return RETRIED_STATUSES.has(status) || RETRIED_CODES.has(backendCode);
}
