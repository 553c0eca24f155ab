import { Worker } from 'node:worker_threads';
import { WORKER_STOP_GRACE_MS } from '../core/limits.ts';
import type { Clock, QueryJob, SelectEvents } from '../core/ports.ts';
import { toSelectFailure } from '../core/select-failure.ts';
import { settleWithin } from '../core/settle-within.ts';
import { QuerySession } from './query-session.ts';
import type { FromWorker } from './worker-messages.ts';

/** What a thread's JavaScript heap may grow to; buffers are bounded by the engine's own limits. */
const HEAP_MAX_MIB = 128;

export interface QueryWorkerThreadOptions {
  readonly clock: Clock;
  readonly events: SelectEvents;
  readonly payloadMaxBytes: number;
}

/** One worker thread, for one query at a time. */
export class QueryWorkerThread {
  readonly #options: QueryWorkerThreadOptions;
  readonly #worker: Worker;
  readonly #stopFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  #session: QuerySession | undefined;
  #queries = 0;
  #isUsable = true;

  constructor(options: QueryWorkerThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL('./query-worker.ts', import.meta.url), {
      name: 'select',
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MIB },
    });
    this.#worker.on('message', (message: FromWorker) => this.#session?.receive(message));
    this.#worker.on('error', (error) => this.#break(error));
    this.#worker.on('exit', () => this.#break(new Error('a select worker ended')));
    this.#worker.unref();
  }

  /** False when the thread is gone: it must be replaced. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  #break(error: unknown): void {
    if (!this.#isUsable) return;
    this.#isUsable = false;
    if (this.#session === undefined) return;
    this.#options.events.faultSeen(error);
    this.#session.fail(toSelectFailure(undefined));
    this.#session.end();
  }

  start(job: QueryJob): QuerySession {
    this.#queries += 1;
    const query = this.#queries;
    const session = new QuerySession({
      query,
      job,
      events: this.#options.events,
      post: (message, transfer) => {
        if (this.#isUsable) this.#worker.postMessage(message, [...transfer]);
      },
    });
    this.#session = session;
    this.#worker.ref();
    this.#worker.postMessage({
      query,
      kind: 'start',
      plan: job.plan,
      nowMs: job.nowMs,
      payloadMaxBytes: this.#options.payloadMaxBytes,
      stopFlag: this.#stopFlag,
    });
    return session;
  }

  /** Makes the thread free again: asks the query to stop if it still runs, and ends the thread when it does not answer in time. */
  async stop(session: QuerySession): Promise<void> {
    Atomics.store(new Int32Array(this.#stopFlag), 0, this.#queries);
    if (this.#isUsable) this.#worker.postMessage({ query: this.#queries, kind: 'wake' });
    const isEnded = await settleWithin(
      session.ended.then(() => true),
      WORKER_STOP_GRACE_MS,
      this.#options.clock,
    );
    this.#session = undefined;
    this.#worker.unref();
    if (isEnded === true) return;
    this.#options.events.workerKilled();
    await this.terminate();
  }

  async terminate(): Promise<void> {
    this.#isUsable = false;
    await this.#worker.terminate();
    this.#session?.fail(toSelectFailure(undefined));
    this.#session?.end();
  }
}
