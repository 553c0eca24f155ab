import { deleteNeedle } from './delete-needle.ts';
import { getNeedle } from './get-needle.ts';
import { getStatus } from './get-status.ts';
import type { HttpContext } from './http-context.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { putNeedle } from './put-needle.ts';
import { sendBody, sendEmpty, sendError } from './send-response.ts';

const ALLOWED_METHODS = 'PUT, POST, GET, DELETE, OPTIONS';

/** Finds who answers a request of the admin port. What it returns settles when the answer is on its way; undefined: it is already. */
export function routeRequest(context: HttpContext, exchange: NeedleExchange): Promise<void> | undefined {
  const { headers, pathText } = exchange;
  headers.add('Server', context.serverName);
  headers.add('x-amz-request-id', context.nextRequestId());
  if (exchange.request.headers.origin !== undefined) {
    headers.add('Access-Control-Allow-Origin', '*');
    headers.add('Access-Control-Allow-Credentials', 'true');
  }
  if (!startsWithDigit(pathText)) {
    if (pathText === '/status') return getStatus(context, exchange);
    const page = answerOps(context, exchange);
    if (page !== undefined) return page;
  }
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      return getNeedle(context, exchange);
    case 'PUT':
    case 'POST':
      return putNeedle(context, exchange);
    case 'DELETE':
      return deleteNeedle(context, exchange);
    case 'OPTIONS':
      headers.add('Access-Control-Allow-Methods', ALLOWED_METHODS);
      headers.add('Access-Control-Allow-Headers', '*');
      sendEmpty(exchange, 200);
      return undefined;
    default:
      sendError(exchange, 400, `unsupported method ${exchange.method}`);
      return undefined;
  }
}

/** As all paths of needles do, and no other. */
function startsWithDigit(path: string): boolean {
  const code = path.charCodeAt(1);
  return code >= 0x30 && code <= 0x39;
}

/** `/healthz`, `/readyz`, `/metrics`. A server that has left its cluster is not healthy. */
function answerOps({ ops, state }: HttpContext, exchange: NeedleExchange): Promise<void> | undefined {
  const { pathText } = exchange;
  if (pathText === '/healthz' && state.hasLeft) {
    sendEmpty(exchange, 503);
    return Promise.resolve();
  }
  return ops(exchange.method, pathText)?.then(({ status, contentType, body }) => {
    exchange.headers.add('Content-Type', contentType);
    sendBody(exchange, status, body);
  });
}
