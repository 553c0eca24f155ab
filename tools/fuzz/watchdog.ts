import { Worker } from 'node:worker_threads';

const HANG_MS = 20_000;

/** Ends the process when nothing ticks for twenty seconds: an endless loop cannot tell of itself. */
const PROGRAM = `
const { workerData } = require('node:worker_threads');
let last = -1;
setInterval(() => {
  const now = Atomics.load(workerData, 0);
  if (now === last) {
    process._rawDebug('no input was finished for ${HANG_MS / 1000} s: a decoder hangs');
    process.abort();
  }
  last = now;
}, ${HANG_MS});
`;

export class Watchdog {
  readonly #ticks = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker = new Worker(PROGRAM, { eval: true, workerData: this.#ticks });

  tick(): void {
    Atomics.add(this.#ticks, 0, 1);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
