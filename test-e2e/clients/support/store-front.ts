import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificate.ts';
import type { RequestTap } from './request-tap.ts';

/**
 * Stands before a store: a plain port and one with TLS, each byte for byte and watched, and a proxy that leads every CONNECT to the
 * latter. Through the proxy, clients reach host names that the machine cannot resolve, as those of buckets below a domain.
 */
export class StoreFront {
  readonly #plain: Server;
  readonly #secure: Server | undefined;
  readonly #proxy: Server;
  readonly #sockets = new Set<Socket>();

  /** `storePort` is where the bytes go, on loopback. Without a certificate there is no TLS. */
  constructor(storePort: number, tap: RequestTap, certificate: Certificate | undefined) {
    this.#plain = createServer((socket) => this.#bridge(this.#remember(socket), storePort, tap.watch('http')));
    if (certificate !== undefined) {
      const pem = { key: readFileSync(certificate.keyPath), cert: readFileSync(certificate.certificatePath) };
      this.#secure = createTlsServer(pem, (socket) => this.#bridge(socket, storePort, tap.watch('https')));
      this.#secure.on('connection', (socket: Socket) => this.#remember(socket));
      // A client that trusts nobody, or leaves while greeting, is its own affair.
      this.#secure.on('tlsClientError', (_error, socket) => socket.destroy());
    }
    this.#proxy = createServer((socket) => {
      this.#remember(socket);
      // Clients say nothing more before the answer to CONNECT.
      socket.once('data', (head) => {
        if (!head.toString('latin1').startsWith('CONNECT ')) return socket.destroy();
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        return this.#bridge(socket, this.tlsPort ?? this.plainPort);
      });
    });
  }

  /** Listens on free loopback ports. */
  async listen(): Promise<void> {
    for (const server of [this.#plain, this.#secure, this.#proxy]) {
      if (server === undefined) continue;
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
  }

  get plainPort(): number {
    return portOf(this.#plain);
  }

  /** Undefined without a certificate. */
  get tlsPort(): number | undefined {
    return this.#secure === undefined ? undefined : portOf(this.#secure);
  }

  get proxyPort(): number {
    return portOf(this.#proxy);
  }

  close(): void {
    for (const server of [this.#plain, this.#secure, this.#proxy]) server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Neither side outlives the other. */
  #bridge(client: Socket, port: number, watch?: ReturnType<RequestTap['watch']>): void {
    const server = this.#remember(connect(port, '127.0.0.1'));
    if (watch !== undefined) {
      client.on('data', watch.toServer);
      server.on('data', watch.toClient);
    }
    client.pipe(server);
    server.pipe(client);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }

  #remember(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front does not listen');
  return address.port;
}
