/** The worker thread: runs one query at a time, fed and emptied by messages. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { OUTPUT_FRAMES_AHEAD } from '../core/limits.ts';
import { driveQuery } from '../core/query/drive-query.ts';
import { toSelectFailure } from '../core/select-failure.ts';
import { systemClock } from '../system-clock.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

type Start = Extract<ToWorker, { kind: 'start' }>;

/** Thrown inside the engine's input when the query is stopped while it waits. */
class QueryStopped extends Error {}

class WorkerQuery {
  readonly #port: MessagePort;
  readonly #start: Start;
  readonly #stopFlag: Int32Array;
  readonly #chunks: Uint8Array[] = [];
  #reading = 0;
  #isAtEnd = false;
  #untaken = 0;
  #wake: () => void = () => {};

  constructor(port: MessagePort, start: Start) {
    this.#port = port;
    this.#start = start;
    this.#stopFlag = new Int32Array(start.stopFlag);
  }

  get #isStopped(): boolean {
    return Atomics.load(this.#stopFlag, 0) >= this.#start.query;
  }

  receive(message: ToWorker): void {
    if (message.query !== this.#start.query) return;
    if (message.kind === 'chunk' && message.reading === this.#reading) this.#chunks.push(message.bytes);
    else if (message.kind === 'end-of-bytes' && message.reading === this.#reading) this.#isAtEnd = true;
    else if (message.kind === 'taken') this.#untaken -= 1;
    this.#wake();
  }

  async run(): Promise<void> {
    const { query, plan, nowMs, payloadMaxBytes } = this.#start;
    try {
      const counters = await driveQuery({
        plan,
        nowMs,
        payloadMaxBytes,
        clock: systemClock,
        open: (offsetBytes) => this.#read(offsetBytes),
        isStopped: () => this.#isStopped,
        send: async (payload, sent) => {
          this.#post({ query, kind: 'rows', payload, counters: sent }, payload);
          this.#untaken += 1;
          await this.#until(() => this.#untaken < OUTPUT_FRAMES_AHEAD);
        },
      });
      this.#post({ query, kind: 'done', counters });
    } catch (error) {
      const { code, message } = toSelectFailure(error);
      const isOurs = code === 'InternalError' && !(error instanceof QueryStopped);
      const fault = isOurs && error instanceof Error ? error.stack : undefined;
      this.#post({ query, kind: 'failed', code, message, fault });
    }
  }

  async *#read(offsetBytes: number): AsyncGenerator<Uint8Array> {
    const { query } = this.#start;
    this.#reading += 1;
    const reading = this.#reading;
    this.#chunks.length = 0;
    this.#isAtEnd = false;
    this.#post({ query, kind: 'open', reading, offsetBytes });
    for (;;) {
      await this.#until(() => this.#chunks.length > 0 || this.#isAtEnd);
      const chunk = this.#chunks.shift();
      if (chunk === undefined) return;
      yield chunk;
      this.#post({ query, kind: 'consumed', reading });
    }
  }

  /** Throws QueryStopped when the query is to stop. */
  async #until(isMet: () => boolean): Promise<void> {
    while (!isMet()) {
      if (this.#isStopped) throw new QueryStopped('the query is to stop');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #post(message: FromWorker, payload?: Uint8Array): void {
    if (payload !== undefined && payload.buffer instanceof ArrayBuffer)
      this.#port.postMessage(message, [payload.buffer]);
    else this.#port.postMessage(message);
  }
}

const serve = (port: MessagePort): void => {
  let current: WorkerQuery | undefined;
  port.on('message', (message: ToWorker) => {
    if (message.kind !== 'start') {
      current?.receive(message);
      return;
    }
    const query = new WorkerQuery(port, message);
    current = query;
    void query.run();
  });
};

if (parentPort !== null) serve(parentPort);
