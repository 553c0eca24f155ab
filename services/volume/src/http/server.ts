import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerSecurity } from '@needlestack/rpc';
import { cutIdleConnections, rememberAnswers } from '@needlestack/service-kit';
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
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const startMs = performance.now();
    context.onBegun(request.method ?? '');
    response.on('close', () =>
      context.onAnswered(request.method ?? '', response.statusCode, (performance.now() - startMs) / 1000),
    );
    const exchange = new NeedleExchange(request, response);
    try {
      routeRequest(context, exchange, options.role)?.catch((error: unknown) => failRequest(context, exchange, error));
    } catch (error) {
      failRequest(context, exchange, error);
    }
  };
  const server = createServer(options.security, listener);
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  cutIdleConnections(server, options.idleTimeoutMs, rememberAnswers(server));
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
