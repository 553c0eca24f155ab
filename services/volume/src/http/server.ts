import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerSecurity } from '@needlestack/rpc';
import { deleteNeedle } from './delete-needle.ts';
import { getNeedle } from './get-needle.ts';
import { getStatus } from './get-status.ts';
import type { HttpContext, NeedleExchange } from './http-context.ts';
import { HttpError } from './http-error.ts';
import { splitNeedlePath } from './needle-path.ts';
import { putNeedle } from './put-needle.ts';
import { sendBytes, sendEmpty, sendJson } from './send-response.ts';

export interface VolumeHttpServer {
  readonly port: number;
  /** Refuses new connections and waits for requests under way, until the deadline cuts them. */
  close(deadline?: AbortSignal): Promise<void>;
}

export interface VolumeHttpOptions {
  readonly host: string;
  readonly port: number;
  readonly security: ServerSecurity;
}

type Handler = (context: HttpContext, exchange: NeedleExchange) => Promise<void>;

const NEEDLE_HANDLERS: Readonly<Record<string, Handler>> = {
  GET: getNeedle,
  HEAD: getNeedle,
  PUT: putNeedle,
  POST: putNeedle,
  DELETE: deleteNeedle,
};

const ALLOWED_METHODS = 'PUT, POST, GET, DELETE, OPTIONS';
const REQUEST_TIMEOUT_MS = 10 * 60_000;

/** Starts the admin port. Rejects when the port is taken. */
export function startVolumeHttp(context: HttpContext, options: VolumeHttpOptions): Promise<VolumeHttpServer> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const startMs = performance.now();
    response.once('close', () =>
      context.onAnswered(request.method ?? '', response.statusCode, (performance.now() - startMs) / 1000),
    );
    answer(context, request, response).catch((error: unknown) => fail(context, request, response, error));
  };
  const server = createServer(options.security, listener);
  server.requestTimeout = REQUEST_TIMEOUT_MS;
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

async function answer(context: HttpContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? '';
  const [path = '/', queryText = ''] = splitOnce(request.url ?? '/', '?');
  const query = new URLSearchParams(queryText);
  response.setHeader('Server', `SeaweedFS Volume ${context.version}`);
  response.setHeader('x-amz-request-id', context.nextRequestId());
  if (request.headers.origin !== undefined) {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
  }
  if (method === 'OPTIONS') {
    return sendEmpty(response, 200, {
      'Access-Control-Allow-Methods': ALLOWED_METHODS,
      'Access-Control-Allow-Headers': '*',
    });
  }
  const exchange = { request, response, query, path: splitNeedlePath(path), lastPathPart: lastPartOf(path) };
  if (path === '/status') return getStatus(context, exchange);
  if (await answerOps(context, method, path, response)) return;
  const handler = NEEDLE_HANDLERS[method];
  if (handler === undefined) throw new HttpError(400, `unsupported method ${method}`);
  await handler(context, exchange);
}

/** `/healthz`, `/readyz`, `/metrics`. A server that has left its cluster is not healthy. */
async function answerOps(
  { ops, state }: HttpContext,
  method: string,
  path: string,
  response: ServerResponse,
): Promise<boolean> {
  if (path === '/healthz' && state.hasLeft) {
    sendEmpty(response, 503);
    return true;
  }
  const page = await ops(method, path);
  if (page === undefined) return false;
  const body = Buffer.from(page.body);
  sendBytes(response, page.status, method === 'HEAD' ? body.subarray(0, 0) : body, {
    'Content-Type': page.contentType,
  });
  return true;
}

function fail(context: HttpContext, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known = error instanceof HttpError ? error : undefined;
  if (known === undefined) context.onFault(error, request.url ?? '');
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // What was not read of the body would be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close');
  const status = known?.status ?? 500;
  if (status === 416) {
    sendBytes(response, 416, Buffer.from('invalid range\n'), { 'Content-Type': 'text/plain; charset=utf-8' });
    return;
  }
  const message = known?.message ?? 'internal error';
  sendJson(response, status, { error: message }, new URLSearchParams(), known?.headers ?? {});
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

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function lastPartOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
