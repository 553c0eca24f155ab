import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';

/** A write that the store behind has answered with success. */
export interface SeenWrite {
  /** Path without the bucket, decoded. */
  readonly key: string;
  /** Counts from 0 in the order of their ends. */
  readonly order: number;
}

/** Stands before a store and remembers which objects were written. Names hosts as clients do, so that signatures stay good. */
export class CountingProxy {
  /** Whole objects: PUTs and completed uploads. */
  readonly writes: SeenWrite[] = [];
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #target: URL;

  static async start(target: string): Promise<CountingProxy> {
    const proxy = new CountingProxy(new URL(target));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { hostname, port } = this.#target;
    const { method = '', url = '', headers } = incoming;
    const forwarded = request({ hostname, port, method, path: url, headers, agent: this.#agent });
    forwarded.on('response', (answer) => {
      if (answer.statusCode === 200) this.#count(method, new URL(url, this.#target));
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.on('error', () => forwarded.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }

  #count(method: string, { pathname, searchParams }: URL): void {
    const isPut = method === 'PUT' && !searchParams.has('partNumber');
    const isComplete = method === 'POST' && searchParams.has('uploadId');
    if (!isPut && !isComplete) return;
    const key = decodeURIComponent(pathname.replace(/^\/[^/]+\//, ''));
    this.writes.push({ key, order: this.writes.length });
  }
}
