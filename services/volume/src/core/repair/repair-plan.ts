/** When something is looked at, and mended, in the background. */
export interface RepairPlan {
  dueAtMs: number;
  /** Pause before another try. */
  retryMs: number;
}

export interface RepairTimes {
  /** Everything is looked at once in this time; 0 for only when something has happened. */
  readonly everyMs: number;
  /** Pause before another try where one has not helped; it doubles up to `everyMs`. */
  readonly retryMs: number;
}

/** Notes when the next look is due after one that has just ended. `isDone`: nothing is left to mend. A look that is due earlier stays so. */
export function planNextLook(plan: RepairPlan, isDone: boolean, nowMs: number, times: RepairTimes): void {
  const { everyMs, retryMs } = times;
  const usualMs = everyMs > 0 ? everyMs : Number.POSITIVE_INFINITY;
  const waitMs = isDone ? usualMs : Math.min(plan.retryMs, usualMs);
  plan.retryMs = isDone ? retryMs : Math.min(plan.retryMs * 2, Math.max(everyMs, retryMs));
  plan.dueAtMs = Math.min(plan.dueAtMs, nowMs + waitMs);
}
