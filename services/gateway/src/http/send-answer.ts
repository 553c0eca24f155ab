/** Writing answers. Headers are one flat array, built once. */
import { renderError, type S3Error } from '@needlestack/s3-protocol';
import { endAfterUnreadBody } from './bodies/unread-body.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { S3Exchange } from './s3-exchange.ts';

/** Headers that every answer starts with. */
export const startHeaders = (exchange: S3Exchange, context: Pick<GatewayContext, 'hostId'>): string[] => {
  const headers = ['x-amz-request-id', exchange.requestId, 'x-amz-id-2', context.hostId, 'Server', 'Needlestack'];
  if (exchange.answerHeaders.length > 0) headers.push(...exchange.answerHeaders);
  return headers;
};

/** An answer without a body. @param extra flat: name, value, name, value */
export const sendEmpty = (
  exchange: S3Exchange,
  context: Pick<GatewayContext, 'hostId'>,
  status: number,
  extra: readonly string[] = NOTHING,
): void => {
  const headers = startHeaders(exchange, context);
  headers.push(...extra);
  if (status !== 204 && status !== 304) headers.push('Content-Length', '0');
  exchange.writeHead(status, headers);
  exchange.response.end();
};

/** A document that is not XML: a policy. */
export const sendJson = (
  exchange: S3Exchange,
  context: Pick<GatewayContext, 'hostId'>,
  status: number,
  document: string,
): void => {
  const headers = startHeaders(exchange, context);
  headers.push('Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(document)));
  exchange.writeHead(status, headers);
  exchange.response.end(document);
};

/** An XML document. @param extra flat: name, value, name, value */
export const sendXml = (
  exchange: S3Exchange,
  context: Pick<GatewayContext, 'hostId'>,
  status: number,
  document: string,
  extra: readonly string[] = NOTHING,
): void => {
  const headers = startHeaders(exchange, context);
  headers.push('Content-Type', 'application/xml', 'Content-Length', String(Buffer.byteLength(document)), ...extra);
  exchange.writeHead(status, headers);
  exchange.response.end(document);
};

/**
 * A refusal. When the client is still sending its body, the rest is read for a bounded time so that the client sees the answer and
 * not a reset (s3.md rule 8). When the answer has begun already, the connection is cut: a whole answer must not be pretended.
 */
export const sendError = (exchange: S3Exchange, context: Pick<GatewayContext, 'hostId'>, error: S3Error): void => {
  const { response } = exchange;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (exchange.log !== undefined) exchange.log.errorCode = error.code;
  const headers = startHeaders(exchange, context);
  headers.push(...error.headers);
  const hasBody = exchange.method !== 'HEAD' && error.status !== 304;
  const document = hasBody ? renderError(error, exchange.rawPath, exchange.requestId, context.hostId) : '';
  headers.push('Content-Type', 'application/xml');
  if (hasBody) headers.push('Content-Length', String(Buffer.byteLength(document)));
  endAfterUnreadBody(exchange, error.status, headers, document);
};

const NOTHING: readonly string[] = [];
