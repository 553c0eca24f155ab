import { Worker } from 'node:worker_threads';
import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { DigestReply, DigestRequest } from './digest-messages.ts';

/** Incremental digests of one upload, computed in a worker thread. */
export interface DigestStream {
  /** Resolves when the worker no longer reads `bytes`, which must lie in shared memory. */
  update(bytes: Uint8Array): Promise<void>;
  /** Takes the last piece, if there is one left. One digest per algorithm, in the order asked for; then `last` is not read any more. */
  finish(last: Uint8Array | undefined): Promise<readonly Uint8Array[]>;
  /** Forgets the stream; outstanding updates still settle. */
  drop(): void;
}

interface Pending {
  readonly resolve: (digests: readonly Uint8Array[]) => void;
  readonly reject: (error: unknown) => void;
}

/** One worker and what it still owes, first in first out: a worker answers in order. */
class DigestWorker {
  readonly #worker: Worker;
  readonly #pending: Pending[] = [];
  streams = 0;
  #failure: Error | undefined;

  constructor() {
    this.#worker = new Worker(new URL('./digest-worker.ts', import.meta.url), { name: 'digest' });
    this.#worker.on('message', (reply: DigestReply) => {
      this.#pending.shift()?.resolve(reply ?? []);
      if (this.#pending.length === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#fail(new Error('the digest worker ended')));
    this.#worker.unref();
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const pending of this.#pending.splice(0)) pending.reject(this.#failure);
  }

  tell(request: DigestRequest): void {
    if (this.#failure === undefined) this.#worker.postMessage(request);
  }

  ask(request: DigestRequest): Promise<readonly Uint8Array[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      this.#pending.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Digest threads, started when the first large upload comes. A stream stays on its thread. */
export class DigestWorkerPool {
  readonly #workersMax: number;
  readonly #workers: DigestWorker[] = [];
  #nextStream = 1;

  constructor(options: { readonly workersMax: number }) {
    this.#workersMax = options.workersMax;
  }

  open(algorithms: readonly ChecksumAlgorithm[]): DigestStream {
    const worker = this.#leastBusy();
    const stream = this.#nextStream;
    this.#nextStream += 1;
    worker.streams += 1;
    let isOpen = true;
    const leave = () => {
      if (isOpen) worker.streams -= 1;
      isOpen = false;
    };
    return {
      update: async (bytes) => {
        await worker.ask({ kind: 'piece', stream, algorithms, bytes, isLast: false });
      },
      finish: (last) => worker.ask({ kind: 'piece', stream, algorithms, bytes: last, isLast: true }).finally(leave),
      drop: () => {
        worker.tell({ kind: 'drop', stream });
        leave();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()));
  }

  #leastBusy(): DigestWorker {
    for (let index = this.#workers.length - 1; index >= 0; index -= 1) {
      if (this.#workers[index]?.failed === true) this.#workers.splice(index, 1);
    }
    const idlest = this.#workers.reduce<DigestWorker | undefined>(
      (best, worker) => (best === undefined || worker.streams < best.streams ? worker : best),
      undefined,
    );
    if (idlest !== undefined && (idlest.streams === 0 || this.#workers.length >= this.#workersMax)) return idlest;
    const started = new DigestWorker();
    this.#workers.push(started);
    return started;
  }
}
