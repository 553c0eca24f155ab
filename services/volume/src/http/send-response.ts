import { endWithTurn } from '@needlestack/service-kit';
import type { NeedleExchange } from './needle-exchange.ts';

/** A JSON answer, indented on request. */
export function sendJson(exchange: NeedleExchange, status: number, body: unknown): void {
  const text = JSON.stringify(body, undefined, exchange.parameter('pretty') === undefined ? undefined : 2);
  exchange.headers.set('Content-Type', 'application/json');
  exchange.headers.add('X-Content-Type-Options', 'nosniff');
  sendBody(exchange, status, text);
}

export function sendError(exchange: NeedleExchange, status: number, message: string): void {
  sendJson(exchange, status, { error: message });
}

/**
 * The headers that the exchange has gathered, and a body of known length, in one write. A HEAD request gets its length only. Writes are
 * answered at once: they come in groups anyway, and the client has its next one under way while the last of a group is answered.
 */
export function sendBody(exchange: NeedleExchange, status: number, body: Uint8Array | string): void {
  const { response, headers } = exchange;
  headers.add('Content-Length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.length));
  response.writeHead(status, headers.flat);
  if (exchange.method === 'GET') endWithTurn(response, body);
  else if (exchange.method === 'HEAD') endWithTurn(response);
  else response.end(body);
}

/** An answer without a body. */
export function sendEmpty(exchange: NeedleExchange, status: number): void {
  const { response, headers, method } = exchange;
  // A failed HEAD announces no length, nor does an answer that has no body by its status.
  if (status !== 304 && status !== 204 && (method !== 'HEAD' || status < 400)) headers.add('Content-Length', '0');
  response.writeHead(status, headers.flat);
  response.end();
}
