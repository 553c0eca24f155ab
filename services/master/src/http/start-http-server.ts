import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { OpsHandler } from '@needlestack/service-kit';
import type { Master } from '../core/master.ts';
import { errorAnswer } from './error-answer.ts';
import type { MasterAnswer, MasterRequest } from './http-answer.ts';
import { redirectToVolume } from './redirect-to-volume.ts';
import { createRoutes } from './routes.ts';

const FORM_BYTES_MAX = 64 * 1024;
const FORM_TYPE = 'application/x-www-form-urlencoded';

export interface HttpServerOptions {
  readonly master: Master;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly ops: OpsHandler;
  /** False refuses the request with 401. Health and metrics are answered without it. */
  readonly authorize: (request: IncomingMessage) => boolean;
  /** Told of every fault that a client only sees as 500. */
  readonly onFault: (error: unknown, path: string) => void;
}

export interface HttpServer {
  readonly port: number;
  /** Takes no new requests, waits for running ones, and cuts them when the deadline aborts. */
  close(deadline?: AbortSignal): Promise<void>;
}

const readForm = async (request: IncomingMessage, into: URLSearchParams): Promise<void> => {
  if (request.method !== 'POST' || !(request.headers['content-type'] ?? '').startsWith(FORM_TYPE)) return;
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request) {
    sizeBytes += piece.length;
    if (sizeBytes > FORM_BYTES_MAX) return;
    pieces.push(piece);
  }
  for (const [name, value] of new URLSearchParams(Buffer.concat(pieces).toString())) {
    if (!into.has(name)) into.append(name, value);
  }
};

const send = (response: ServerResponse, answer: MasterAnswer, isPretty: boolean): void => {
  const headers: Record<string, string> = { ...answer.headers };
  if (answer.json === undefined) {
    response.writeHead(answer.status, headers).end();
    return;
  }
  const body = `${JSON.stringify(answer.json, undefined, isPretty ? 2 : undefined)}\n`;
  headers['content-type'] = 'application/json';
  headers['x-content-type-options'] = 'nosniff';
  headers['content-length'] = String(Buffer.byteLength(body));
  response.writeHead(answer.status, headers).end(body);
};

const createHandler = (options: HttpServerOptions) => {
  const { master, ops, authorize, onFault } = options;
  const routes = createRoutes(master);
  const redirect = redirectToVolume(master);

  const route = async (request: MasterRequest): Promise<MasterAnswer> => {
    try {
      const handler = routes.get(request.path);
      if (handler !== undefined) return await handler(request);
      return (await redirect(request)) ?? { status: 404, json: { error: `no such path: ${request.path}` } };
    } catch (error) {
      const answer = errorAnswer(error);
      if (answer.status === 500) onFault(error, request.path);
      return answer;
    }
  };

  return async (raw: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = raw.url ?? '/';
    const queryAt = target.indexOf('?');
    const path = queryAt < 0 ? target : target.slice(0, queryAt);
    const method = raw.method ?? 'GET';
    const opsAnswer = ops(method, path === '/cluster/healthz' ? '/healthz' : path);
    if (opsAnswer !== undefined) {
      const { status, contentType, body } = await opsAnswer;
      response.writeHead(status, { 'content-type': contentType }).end(method === 'HEAD' ? undefined : body);
      return;
    }
    const params = new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1));
    const isPretty = params.get('pretty') === 'y';
    if (!authorize(raw)) {
      send(response, { status: 401, json: { error: 'a bearer token is required' } }, isPretty);
      return;
    }
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    if (path !== '/submit') await readForm(raw, params);
    send(response, await route({ method, path, params, raw, signal: gone.signal }), isPretty);
  };
};

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the HTTP server has no port'));
      else resolve(address.port);
    });
  });

const closeServer = (server: Server, deadline: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const cut = (): void => server.closeAllConnections();
    server.close(() => {
      deadline?.removeEventListener('abort', cut);
      resolve();
    });
    server.closeIdleConnections();
    if (deadline?.aborted === true) cut();
    else deadline?.addEventListener('abort', cut, { once: true });
  });

/** Starts the master's HTTP port. Rejects when the port is taken. */
export const startHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const handle = createHandler(options);
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      options.onFault(error, request.url ?? '');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const port = await listen(server, options.port, options.host);
  return { port, close: (deadline) => closeServer(server, deadline) };
};
