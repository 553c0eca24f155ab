/** The service's side of one query that runs in a worker thread: it feeds bytes as they are asked for and hands out what comes back. */
import { INPUT_CHUNK_BYTES, INPUT_CHUNKS_AHEAD } from '../core/limits.ts';
import type { QueryJob, QueryOutput, SelectEvents } from '../core/ports.ts';
import { SelectFailure, toSelectFailure } from '../core/select-failure.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

export interface QuerySessionOptions {
  readonly query: number;
  readonly job: QueryJob;
  readonly events: SelectEvents;
  readonly post: (message: ToWorker, transfer: readonly ArrayBuffer[]) => void;
}

export class QuerySession {
  readonly #options: QuerySessionOptions;
  readonly #outputs: QueryOutput[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #reading = 0;
  #readingAbort = new AbortController();
  #credits = 0;
  #failure: SelectFailure | undefined;
  #hasEnded = false;
  #wakeFeeder: () => void = () => {};
  #wakeReader: () => void = () => {};

  constructor(options: QuerySessionOptions) {
    this.#options = options;
  }

  /** Resolves when the worker is done with the query, one way or the other. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  receive(message: FromWorker): void {
    if (message.query !== this.#options.query) return;
    switch (message.kind) {
      case 'open':
        this.#open(message.reading, message.offsetBytes);
        break;
      case 'consumed':
        if (message.reading === this.#reading) this.#credits += 1;
        this.#wakeFeeder();
        break;
      case 'rows':
        this.#outputs.push({ kind: 'rows', payload: message.payload, counters: message.counters });
        break;
      case 'done':
        this.#outputs.push({ kind: 'end', counters: message.counters });
        this.end();
        break;
      case 'failed':
        if (message.fault !== undefined) this.#options.events.faultSeen(new Error(message.fault));
        this.fail(new SelectFailure(message.code, message.message));
        this.end();
        break;
    }
    this.#wakeReader();
  }

  /** The query fails with this once the outputs before it are taken; a failure it has already stays. */
  fail(failure: SelectFailure): void {
    this.#failure ??= failure;
    this.#stopReading();
    this.#wakeReader();
  }

  /** The worker no longer works for this query. */
  end(): void {
    this.#hasEnded = true;
    this.#stopReading();
    this.#ended.resolve();
  }

  /** Drops what has not been taken and stops reading. */
  abandon(reason: unknown): void {
    this.#outputs.length = 0;
    this.fail(toSelectFailure(reason));
  }

  /** The next output. Throws the query's failure after the last. */
  async next(): Promise<QueryOutput> {
    for (;;) {
      const output = this.#outputs.shift();
      if (output !== undefined) {
        if (output.kind === 'rows') this.#options.post({ query: this.#options.query, kind: 'taken' }, []);
        return output;
      }
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
  }

  #stopReading(): void {
    this.#readingAbort.abort();
    this.#wakeFeeder();
  }

  #open(reading: number, offsetBytes: number): void {
    this.#stopReading();
    const abort = new AbortController();
    this.#readingAbort = abort;
    this.#reading = reading;
    this.#credits = INPUT_CHUNKS_AHEAD;
    if (this.#hasEnded || this.#failure !== undefined) return;
    this.#feed(reading, offsetBytes, abort.signal).catch((error: unknown) => {
      if (abort.signal.aborted) return;
      this.#options.events.faultSeen(error);
      this.fail(toSelectFailure(undefined));
    });
  }

  async #feed(reading: number, offsetBytes: number, signal: AbortSignal): Promise<void> {
    const { query, job, post } = this.#options;
    for await (const bytes of job.openBytes(offsetBytes, signal)) {
      for (let at = 0; at < bytes.length; at += INPUT_CHUNK_BYTES) {
        await this.#awaitCredit(signal);
        if (signal.aborted) return;
        this.#credits -= 1;
        // A copy: the reader's memory may be a pool's, which must not move to another thread.
        const chunk = new Uint8Array(bytes.subarray(at, at + INPUT_CHUNK_BYTES));
        post({ query, kind: 'chunk', reading, bytes: chunk }, [chunk.buffer]);
      }
      if (signal.aborted) return;
    }
    if (!signal.aborted) post({ query, kind: 'end-of-bytes', reading }, []);
  }

  async #awaitCredit(signal: AbortSignal): Promise<void> {
    while (this.#credits === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wakeFeeder = resolve;
      });
    }
  }
}
