import type { ServerResponse } from 'node:http';

type Headers = Readonly<Record<string, string | number>>;

/** A JSON answer, indented on request. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  query: URLSearchParams,
  headers: Headers = {},
): void {
  const text = JSON.stringify(body, undefined, query.get('pretty') === 'y' ? 2 : undefined);
  sendBytes(response, status, Buffer.from(text), {
    'Content-Type': 'application/json',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
}

export function sendBytes(response: ServerResponse, status: number, body: Uint8Array, headers: Headers = {}): void {
  response.writeHead(status, { ...headers, 'Content-Length': body.length });
  response.end(body);
}

/** An answer without a body. */
export function sendEmpty(response: ServerResponse, status: number, headers: Headers = {}): void {
  response.writeHead(status, status === 304 || status === 204 ? headers : { ...headers, 'Content-Length': 0 });
  response.end();
}
