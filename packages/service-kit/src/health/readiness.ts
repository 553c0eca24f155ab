/** Says why a service cannot serve its role now; undefined when it can. */
export type ReadinessCheck = () => string | undefined;

/** Collects the reasons for which a service is not ready. A service that is starting or stopping is never ready. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  #phase: 'starting' | 'running' | 'stopping' = 'starting';

  /** Adds a check that is asked each time; a check that throws counts as a reason. Returns its removal. */
  addCheck(name: string, check: ReadinessCheck): () => void {
    this.#checks.set(name, check);
    return () => {
      this.#checks.delete(name);
    };
  }

  markStarted(): void {
    if (this.#phase === 'starting') this.#phase = 'running';
  }

  markStopping(): void {
    this.#phase = 'stopping';
  }

  get isStopping(): boolean {
    return this.#phase === 'stopping';
  }

  /** Empty when ready. */
  reasons(): string[] {
    const reasons = this.#phase === 'running' ? [] : [`service: ${this.#phase}`];
    for (const [name, check] of this.#checks) {
      const reason = askCheck(check);
      if (reason !== undefined) reasons.push(`${name}: ${reason}`);
    }
    return reasons;
  }
}

const askCheck = (check: ReadinessCheck): string | undefined => {
  try {
    return check();
  } catch (error) {
    return `check failed: ${error instanceof Error ? error.message : String(error)}`;
  }
};
