import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { sendError } from './send-response.ts';

/** Answers a request whose handler threw. What nobody expected is logged, and tells the client nothing. */
export function failRequest(context: HttpContext, exchange: NeedleExchange, error: unknown): void {
  const { request, response, headers } = exchange;
  const known = error instanceof HttpError ? error : undefined;
  if (known === undefined && !isClientGone(exchange)) context.onFault(error, exchange.pathText);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // What was not read of the body would be taken for the next request.
  if (!request.complete) headers.set('Connection', 'close');
  for (const [name, value] of Object.entries(known?.headers ?? {})) headers.set(name, value);
  sendError(exchange, known?.status ?? 500, known?.message ?? 'internal error');
}

/** What fails because the client went away is nobody's fault, and nobody waits for an answer. */
function isClientGone({ request, response }: NeedleExchange): boolean {
  return request.socket.destroyed || (response.destroyed && !response.writableFinished);
}
