import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { ServerSecurity } from '@needlestack/rpc';
import { failRequest } from './fail-request.ts';
import type { HttpContext } from './http-context.ts';
import { NeedleExchange } from './needle-exchange.ts';
import { type PortRole, routeRequest } from './routes.ts';

export interface VolumeHttpServer {
  readonly port: number;
  /** Refuses new connections and waits for requests under way, until the deadline cuts them. */
  close(deadline?: AbortSignal): Promise<void>;
}

export interface VolumeHttpOptions {
  readonly role: PortRole;
  /** How long a connection is kept on which the client neither sends nor takes anything; 0 for as long as it likes. */
  readonly idleTimeoutMs: number;
  readonly host: string;
  readonly port: number;
  readonly security: ServerSecurity;
}

const REQUEST_TIMEOUT_MS = 10 * 60_000;

/** Starts one of the HTTP ports. Rejects when the port is taken. */
export function startVolumeHttp(context: HttpContext, options: VolumeHttpOptions): Promise<VolumeHttpServer> {
  const latest = new WeakMap<Socket, NeedleExchange>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const startMs = performance.now();
    context.onBegun(request.method ?? '');
    response.on('close', () =>
      context.onAnswered(request.method ?? '', response.statusCode, (performance.now() - startMs) / 1000),
    );
    const exchange = new NeedleExchange(request, response);
    latest.set(request.socket, exchange);
    try {
      routeRequest(context, exchange, options.role)?.catch((error: unknown) => failRequest(context, exchange, error));
    } catch (error) {
      failRequest(context, exchange, error);
    }
  };
  const server = createServer(options.security, listener);
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = options.idleTimeoutMs;
  server.timeout = options.idleTimeoutMs;
  server.on('timeout', (socket: Socket) => {
    if (isServerBusy(latest.get(socket))) socket.setTimeout(options.idleTimeoutMs);
    else socket.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : options.port;
      resolve({ port, close: (deadline) => closeServer(server, deadline) });
    });
  });
}

/** Nothing moves because the request waits here, for its turn, a disk or another server: no fault of the client's. */
function isServerBusy(exchange: NeedleExchange | undefined): boolean {
  if (exchange === undefined) return false;
  const { request, response } = exchange;
  const isReceiving = request.readableFlowing === true && !request.complete;
  return !isReceiving && !response.headersSent && !response.writableFinished;
}

function createServer(
  { tls }: ServerSecurity,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  if (tls === undefined) return createPlainServer(listener);
  const mutual =
    tls.clientCaPem === undefined ? {} : { ca: tls.clientCaPem, requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ cert: tls.certPem, key: tls.keyPem, ...mutual }, listener);
}

function closeServer(server: Server, deadline: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const cut = (): void => server.closeAllConnections();
    server.close(() => {
      deadline?.removeEventListener('abort', cut);
      resolve();
    });
    server.closeIdleConnections();
    if (deadline?.aborted === true) cut();
    else deadline?.addEventListener('abort', cut, { once: true });
  });
}
