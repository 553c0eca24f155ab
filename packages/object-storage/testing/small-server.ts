import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';

export interface SmallRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Status and body, or `hang` for no answer at all. */
export type SmallAnswer = readonly [status: number, body: string] | 'hang';

/** A real server on loopback that answers what a test says, and remembers what it was asked. */
export class SmallServer {
  readonly seen: SmallRequest[] = [];
  readonly #server: Server;

  static async start(answer: (request: SmallRequest, count: number) => SmallAnswer): Promise<SmallServer> {
    const server = new SmallServer(answer);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  private constructor(answer: (request: SmallRequest, count: number) => SmallAnswer) {
    this.#server = createServer(async (incoming, response) => {
      let body = '';
      for await (const piece of incoming) body += String(piece);
      const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
      this.seen.push(request);
      const given = answer(request, this.seen.length);
      if (given !== 'hang') response.writeHead(given[0]).end(given[1]);
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
