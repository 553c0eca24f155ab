import { SelectFailure } from './select-failure.ts';

export interface AdmissionLimits {
  /** Queries that run at a time. */
  readonly runningMax: number;
  /** Of these, the most of one principal. */
  readonly runningPerPrincipalMax: number;
  readonly waitingMax: number;
}

interface Waiting {
  readonly principalId: string;
  readonly admit: () => void;
}

/** Lets queries run in the order of their coming, but past those whose principal has its share. */
export class QueryAdmission {
  readonly #limits: AdmissionLimits;
  readonly #runningByPrincipal = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #running = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get runningCount(): number {
    return this.#running;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves when the query may run, to what must be called once when it no longer does. Throws SlowDown when too many wait; rejects
   * with the signal's reason when that aborts first.
   */
  async enter(principalId: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#mayRun(principalId)) return this.#admit(principalId);
    if (this.#waiting.length >= this.#limits.waitingMax) {
      throw new SelectFailure('SlowDown', 'too many queries are waiting; please reduce your request rate');
    }
    const turn = Promise.withResolvers<void>();
    const waiting: Waiting = { principalId, admit: turn.resolve };
    const leave = (): void => {
      const index = this.#waiting.indexOf(waiting);
      if (index >= 0) this.#waiting.splice(index, 1);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    let release: (() => void) | undefined;
    try {
      await turn.promise;
      release = this.#releaseOf(principalId);
      signal.throwIfAborted();
      return release;
    } catch (error) {
      release?.();
      throw error;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #mayRun(principalId: string): boolean {
    const { runningMax, runningPerPrincipalMax } = this.#limits;
    return this.#running < runningMax && (this.#runningByPrincipal.get(principalId) ?? 0) < runningPerPrincipalMax;
  }

  #count(principalId: string, change: 1 | -1): void {
    this.#running += change;
    const running = (this.#runningByPrincipal.get(principalId) ?? 0) + change;
    if (running === 0) this.#runningByPrincipal.delete(principalId);
    else this.#runningByPrincipal.set(principalId, running);
  }

  #admit(principalId: string): () => void {
    this.#count(principalId, 1);
    return this.#releaseOf(principalId);
  }

  #releaseOf(principalId: string): () => void {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#count(principalId, -1);
      this.#admitWaiting();
    };
  }

  /** Counts a query in before it is told, so that no other can take its place meanwhile. */
  #admitWaiting(): void {
    for (let index = 0; index < this.#waiting.length; ) {
      const waiting = this.#waiting[index];
      if (waiting === undefined || !this.#mayRun(waiting.principalId)) {
        index += 1;
        continue;
      }
      this.#waiting.splice(index, 1);
      this.#count(waiting.principalId, 1);
      waiting.admit();
    }
  }
}
