import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

const WAIT_MS = 60_000;

/** A webhook that takes whatever comes with the status that it was told. */
export class EventSink {
  /** Answer to what comes next. */
  status = 200;
  /** Deliveries that were refused by `status`. */
  refused = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      request.resume().on('end', () => {
        if (request.method === 'POST' && this.status >= 300) this.refused += 1;
        response.writeHead(request.method === 'POST' ? this.status : 200).end();
        this.#server.emit('answered');
      });
    });
  }

  /** Resolves with the URL to deliver to. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the sink has no port');
    return `http://127.0.0.1:${address.port}/events`;
  }

  /** Resolves once a delivery has been refused. */
  async waitForRefusal(): Promise<void> {
    const signal = AbortSignal.timeout(WAIT_MS);
    while (this.refused === 0) await once(this.#server, 'answered', { signal });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
