import { QUERIES_WAITING_MAX, QUERY_DURATION_MAX_MS } from '../core/limits.ts';
import type { QueryExecutor, QueryJob, QueryOutput } from '../core/ports.ts';
import { QueryAdmission } from '../core/query-admission.ts';
import { SelectFailure } from '../core/select-failure.ts';
import { QueryWorkerThread, type QueryWorkerThreadOptions } from './query-worker-thread.ts';

export interface QueryWorkerPoolOptions extends QueryWorkerThreadOptions {
  readonly workersMax: number;
}

/** Worker threads for queries: a bounded number, kept when idle, shared fairly between principals. */
export class QueryWorkerPool implements QueryExecutor {
  readonly #options: QueryWorkerPoolOptions;
  readonly #admission: QueryAdmission;
  readonly #idle: QueryWorkerThread[] = [];
  readonly #stopping = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: QueryWorkerPoolOptions) {
    this.#options = options;
    this.#admission = new QueryAdmission({
      runningMax: options.workersMax,
      runningPerPrincipalMax: Math.max(1, Math.floor(options.workersMax / 2)),
      waitingMax: QUERIES_WAITING_MAX,
    });
  }

  get busyCount(): number {
    return this.#admission.runningCount;
  }

  get waitingCount(): number {
    return this.#admission.waitingCount;
  }

  /** Starts a thread ahead of the first query, which then need not wait for it. */
  warmUp(): void {
    if (this.#idle.length === 0) this.#idle.push(new QueryWorkerThread(this.#options));
  }

  async *execute(job: QueryJob, callerSignal: AbortSignal): AsyncGenerator<QueryOutput> {
    const signal = AbortSignal.any([callerSignal, this.#closing.signal]);
    const { clock, events } = this.#options;
    const arrivedMs = clock.nowMs();
    const release = await this.#admission.enter(job.principalId, signal);
    events.queryAdmitted(clock.nowMs() - arrivedMs);
    const thread = this.#takeThread();
    const session = thread.start(job);
    const onAbort = (): void => session.abandon(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const cancelDeadline = clock.startTimer(QUERY_DURATION_MAX_MS, () =>
      session.fail(new SelectFailure('Busy', `the query took longer than ${QUERY_DURATION_MAX_MS / 1000} s`)),
    );
    try {
      for (;;) {
        const output = await session.next();
        yield output;
        if (output.kind === 'end') return;
      }
    } finally {
      cancelDeadline();
      signal.removeEventListener('abort', onAbort);
      session.abandon(undefined);
      this.#retire(thread, session, release);
    }
  }

  #takeThread(): QueryWorkerThread {
    for (let thread = this.#idle.pop(); thread !== undefined; thread = this.#idle.pop()) {
      if (thread.isUsable) return thread;
    }
    return new QueryWorkerThread(this.#options);
  }

  /** The thread is free when its query has stopped; whoever asked for the query does not wait for that. */
  #retire(thread: QueryWorkerThread, session: ReturnType<QueryWorkerThread['start']>, release: () => void): void {
    const stopping = thread
      .stop(session)
      .catch((error: unknown) => this.#options.events.faultSeen(error))
      .finally(() => {
        if (thread.isUsable) this.#idle.push(thread);
        this.#stopping.delete(stopping);
        release();
      });
    this.#stopping.add(stopping);
  }

  /** Ends all queries and threads. */
  async close(): Promise<void> {
    this.#closing.abort(new SelectFailure('Busy', 'the server is stopping'));
    while (this.#stopping.size > 0) await Promise.all(this.#stopping);
    await Promise.all(this.#idle.splice(0).map((thread) => thread.terminate()));
  }
}
