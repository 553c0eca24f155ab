import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadAnswer, LoadOrder } from './load-message.ts';

const PROGRAM = fileURLToPath(new URL('main.ts', import.meta.url));

/** The process that makes the load, so that its work is not counted as the server's. */
export class LoadProcess {
  readonly #child: ChildProcess = fork(PROGRAM, { execArgv: [] });
  readonly #ended = once(this.#child, 'exit').then(() => Promise.reject(new Error('the load process ended')));

  constructor() {
    // Its end is an error only for an order under way.
    this.#ended.catch(() => undefined);
  }

  /** Rejects when a request failed, with the server's answer. */
  async carryOut(order: LoadOrder): Promise<LoadAnswer> {
    const answered = Promise.race([once(this.#child, 'message'), this.#ended]);
    this.#child.send(order);
    const [answer] = (await answered) as [LoadAnswer];
    if (answer.kind === 'failed') throw new Error(`${order.cell.name} on ${order.endpoint.name}: ${answer.message}`);
    return answer;
  }

  stop(): void {
    this.#child.disconnect();
  }
}
