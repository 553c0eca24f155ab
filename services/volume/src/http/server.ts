import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { ServerSecurity } from '@needlestack/rpc';
import { cutIdleConnections, rememberAnswers } from '@needlestack/service-kit';
import { answerClientError, type ClientError } from './answer-client-error.ts';
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

/** SeaweedFS's: what is stored with a needle comes as headers, and up to 64 KiB of it is kept. */
const HEADER_BYTES_MAX = 2 ** 20;

/** Starts one of the HTTP ports. Rejects when the port is taken. */
export function startVolumeHttp(context: HttpContext, options: VolumeHttpOptions): Promise<VolumeHttpServer> {
  const take = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void => {
    const startMs = performance.now();
    context.onBegun(request.method ?? '');
    response.on('close', () =>
      context.onAnswered(request.method ?? '', response.statusCode, (performance.now() - startMs) / 1000),
    );
    const exchange = new NeedleExchange(request, response);
    if (awaitsContinue) exchange.holdBodyBack();
    try {
      routeRequest(context, exchange, options.role)?.catch((error: unknown) => failRequest(context, exchange, error));
    } catch (error) {
      failRequest(context, exchange, error);
    }
  };
  const server = createServer(options.security);
  server.on('request', (request, response) => take(request, response, false));
  server.on('checkContinue', (request, response) => take(request, response, true));
  server.on('checkExpectation', (_request, response) => refuseExpectation(response));
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const answers = rememberAnswers(server);
  server.on('clientError', (error: ClientError, socket: Socket) =>
    answerClientError(error, socket, answers.get(socket)),
  );
  cutIdleConnections(server, options.idleTimeoutMs, answers);
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

function createServer({ tls }: ServerSecurity): Server {
  const limits = { maxHeaderSize: HEADER_BYTES_MAX };
  if (tls === undefined) return createPlainServer(limits);
  const mutual =
    tls.clientCaPem === undefined ? {} : { ca: tls.clientCaPem, requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ ...limits, cert: tls.certPem, key: tls.keyPem, ...mutual });
}

/** Whatever the client expects, it is nothing that is done here; what follows its head is not looked at. */
function refuseExpectation(response: ServerResponse): void {
  response.writeHead(417, { Connection: 'close', 'Content-Length': '0' }).end();
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
