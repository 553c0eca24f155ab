import { RETRY_BUDGET } from './limits.ts';

/**
 * What an endpoint may be bothered with: retries spend, successes refill. When a store is down for everybody, the budget ends soon and each
 * request is then tried once, so that it comes back to the load it can bear.
 */
export class RetryBudget {
  #tokens: number = RETRY_BUDGET.capacity;

  /** Pays for a retry, if there is enough left. @param silent no answer had come */
  spend(silent: boolean): boolean {
    const cost = silent ? RETRY_BUDGET.silenceCost : RETRY_BUDGET.retryCost;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  refill(): void {
    this.#tokens = Math.min(RETRY_BUDGET.capacity, this.#tokens + RETRY_BUDGET.refill);
  }
}
