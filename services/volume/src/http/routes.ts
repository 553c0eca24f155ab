import { posix } from 'node:path';
import { admitUpload } from './admission/admit-transfer.ts';
import { deleteNeedle } from './delete-needle.ts';
import { getNeedle } from './download/get-needle.ts';
import type { HttpContext } from './http-context.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { getStatus } from './pages/get-status.ts';
import { showUi } from './pages/show-ui.ts';
import { findStaticFile, isStaticPath } from './pages/static-files.ts';
import { sendBody, sendEmpty, sendError } from './send-response.ts';
import { putNeedle } from './upload/put-needle.ts';

/** The first port does everything, the second only reads. */
export type PortRole = 'admin' | 'public';

const ADMIN_METHODS = 'PUT, POST, GET, DELETE, OPTIONS';
const PUBLIC_METHODS = 'GET, OPTIONS';

/** Finds who answers a request. */
export function routeRequest(
  context: HttpContext,
  exchange: NeedleExchange,
  role: PortRole,
): Promise<void> | undefined {
  const { headers, pathText, method } = exchange;
  headers.add('Server', context.serverName);
  headers.add('x-amz-request-id', context.nextRequestId());
  if (exchange.request.headers.origin !== undefined) {
    headers.add('Access-Control-Allow-Origin', '*');
    headers.add('Access-Control-Allow-Credentials', 'true');
  }
  if (!startsWithDigit(pathText)) {
    const cleanPath = posix.normalize(pathText);
    if (cleanPath !== pathText && pathText.startsWith('/')) return redirect(exchange, cleanPath);
    const page = answerPage(context, exchange, role);
    if (page !== undefined) return page;
  }
  if (method === 'GET' || method === 'HEAD') return getNeedle(context, exchange);
  if (method === 'OPTIONS') return answerOptions(exchange, role === 'admin' ? ADMIN_METHODS : PUBLIC_METHODS);
  if (role === 'admin') return routeChange(context, exchange);
  // Clients of the public port have always been told that all is well.
  sendEmpty(exchange, 200);
  return undefined;
}

/** Writes and deletions, of whoever the white list knows. */
function routeChange(context: HttpContext, exchange: NeedleExchange): Promise<void> | undefined {
  const { method } = exchange;
  if (method === 'PUT' || method === 'POST') return admitAndPut(context, exchange);
  if (method === 'DELETE') return isWelcome(context, exchange) ? deleteNeedle(context, exchange) : undefined;
  sendError(exchange, 400, `unsupported method ${method}`);
  return undefined;
}

function admitAndPut(context: HttpContext, exchange: NeedleExchange): Promise<void> | undefined {
  if (context.uploadLimit === undefined) {
    return isWelcome(context, exchange) ? putNeedle(context, exchange) : undefined;
  }
  return admitUpload(context, exchange).then(async (release) => {
    if (release === undefined) return;
    try {
      if (isWelcome(context, exchange)) await putNeedle(context, exchange);
    } finally {
      release();
    }
  });
}

function isWelcome({ access }: HttpContext, exchange: NeedleExchange): boolean {
  if (access.allowsChangesFrom(exchange.request.socket.remoteAddress ?? '')) return true;
  exchange.headers.set('Connection', 'close');
  sendEmpty(exchange, 401);
  return false;
}

function answerOptions(exchange: NeedleExchange, methods: string): undefined {
  exchange.headers.add('Access-Control-Allow-Methods', methods);
  exchange.headers.add('Access-Control-Allow-Headers', '*');
  sendEmpty(exchange, 200);
  return undefined;
}

/** As all paths of needles do, and no other. */
function startsWithDigit(path: string): boolean {
  const code = path.charCodeAt(1);
  return code >= 0x30 && code <= 0x39;
}

const ANSWERED = Promise.resolve();

/** `//1,fid`, `/./1,fid`: the client is told the path that was meant, and keeps method and body. */
function redirect(exchange: NeedleExchange, cleanPath: string): undefined {
  exchange.headers.add('Location', exchange.queryText === '' ? cleanPath : `${cleanPath}?${exchange.queryText}`);
  sendEmpty(exchange, 307);
  return undefined;
}

/** Paths that name no needle; undefined when it is none of them on this port. */
function answerPage(context: HttpContext, exchange: NeedleExchange, role: PortRole): Promise<void> | undefined {
  if (isStaticPath(exchange.pathText)) {
    sendStaticFile(exchange);
    return ANSWERED;
  }
  if (role === 'public') return undefined;
  switch (exchange.pathText) {
    case '/status':
      return getStatus(context, exchange);
    case '/healthz':
      sendEmpty(exchange, isHealthy(context) ? 200 : 503);
      return ANSWERED;
    case '/ui/index.html':
      // The page tells of volumes and disks, which a closed server does not show.
      return context.access.writeKey === undefined || context.access.showsUi ? showUi(context, exchange) : undefined;
    default:
      return answerOps(context, exchange);
  }
}

function sendStaticFile(exchange: NeedleExchange): void {
  const file = findStaticFile(exchange.pathText);
  exchange.headers.add('Content-Type', file?.type ?? 'text/plain; charset=utf-8');
  if (file !== undefined) {
    sendBody(exchange, 200, file.data);
    return;
  }
  exchange.headers.add('X-Content-Type-Options', 'nosniff');
  sendBody(exchange, 404, '404 page not found\n');
}

/** A server that has left its cluster, or is about to stop, is not healthy. */
function isHealthy({ state, readiness }: HttpContext): boolean {
  return !state.hasLeft && !readiness.isStopping;
}

/** `/readyz`, `/metrics`. */
function answerOps({ ops }: HttpContext, exchange: NeedleExchange): Promise<void> | undefined {
  return ops(exchange.method, exchange.pathText)?.then(({ status, contentType, body }) => {
    exchange.headers.add('Content-Type', contentType);
    sendBody(exchange, status, body);
  });
}
