import type { Clock } from './clock.ts';
import { REDIRECTS_MAX, type RequestLimits } from './limits.ts';
import { ObjectStorageError } from './object-storage-error.ts';
import type { RetryBudget } from './retry-budget.ts';

const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const RETRIED_CODES: ReadonlySet<string> = new Set([
  'SlowDown',
  'RequestTimeout',
  'InternalError',
  'ConditionalRequestConflict',
]);

export interface RetryPolicy {
  readonly limits: Pick<RequestLimits, 'retriesMax' | 'retryBaseMs' | 'retryCapMs'>;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly budget: RetryBudget;
}

export interface Attempt {
  /** How often it was tried before. */
  readonly tried: number;
  /** An earlier try may have taken effect although no good answer came. */
  readonly isInDoubt: boolean;
}

/** A failure that something can be done about, after which the request is sent again at once. Thrown by an attempt. */
export class RepairableFailure extends Error {
  override readonly name = 'RepairableFailure';
  /** What is wrong: `skew`, `credentials`, `redirect`. */
  readonly kind: string;
  readonly failure: ObjectStorageError;
  /** Resolves with whether it helped. */
  readonly repair: () => Promise<boolean>;

  constructor(kind: string, failure: ObjectStorageError, repair: () => Promise<boolean>) {
    super(failure.message, { cause: failure });
    this.kind = kind;
    this.failure = failure;
    this.repair = repair;
  }
}

/** How often each thing is repaired within one request. */
const REPAIRS_MAX: Readonly<Record<string, number>> = { skew: 1, credentials: 1, redirect: REDIRECTS_MAX };

/** Whether the same request may succeed a moment later: no answer came, or the store was busy. */
export function isTransient(error: unknown): error is ObjectStorageError {
  if (!(error instanceof ObjectStorageError)) return false;
  if (error.status === 0) return error.code === 'unavailable';
  return RETRIED_STATUSES.has(error.status) || RETRIED_CODES.has(error.backendCode);
}

/**
 * Tries until it succeeds, fails for good, has been tried often enough or the endpoint's budget is spent. Waits a random time that grows,
 * or as long as the store asks.
 */
export async function withRetries<T>(
  { limits, clock, random, budget }: RetryPolicy,
  signal: AbortSignal | undefined,
  attempt: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const repairs = new Map<string, number>();
  let isInDoubt = false;
  for (let tried = 0; ; ) {
    signal?.throwIfAborted();
    try {
      const result = await attempt({ tried, isInDoubt });
      if (tried === 0) budget.refill();
      return result;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (error instanceof RepairableFailure) {
        const done = (repairs.get(error.kind) ?? 0) + 1;
        if (done > (REPAIRS_MAX[error.kind] ?? 0) || !(await error.repair())) throw error.failure;
        repairs.set(error.kind, done);
        continue;
      }
      if (!isTransient(error) || tried >= limits.retriesMax || !budget.spend(error.status === 0)) throw error;
      // A 409 says that the write did not take place; anything else that is tried again says nothing of the kind.
      if (error.status !== 409) isInDoubt = true;
      const backoffMs = random() * Math.min(limits.retryCapMs, limits.retryBaseMs * 2 ** tried);
      tried += 1;
      await clock.wait(Math.max(backoffMs, Math.min(error.retryAfterMs ?? 0, limits.retryCapMs)), signal);
    }
  }
}
