import type { IncomingMessage } from 'node:http';
import { DRAIN_MAX_BYTES, LINGER_MAX_BYTES, LINGER_MAX_MS } from '../../core/limits.ts';
import type { S3Exchange } from '../s3-exchange.ts';

/**
 * Answers although the body was not read to its end.
 *
 * - The client still waits for 100 Continue: it is answered and the connection closed, for what follows on it could be the body or
 *   the next request.
 * - Little is left: it is read away and the connection lives on.
 * - Much is left: the answer is sent whole, then the body is read and thrown away for a bounded time before the connection closes.
 *   Closing at once would reset it, and the client would lose the answer.
 */
export const endAfterUnreadBody = (exchange: S3Exchange, status: number, headers: string[], document: string): void => {
  const { request, response } = exchange;
  if (request.complete || !announcesBody(request)) {
    exchange.writeHead(status, headers);
    response.end(document);
    return;
  }
  if (exchange.awaitsContinue) {
    headers.push('Connection', 'close');
    exchange.writeHead(status, headers);
    response.end(document);
    return;
  }
  if (Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= DRAIN_MAX_BYTES) {
    request.resume();
    exchange.writeHead(status, headers);
    response.end(document);
    return;
  }
  headers.push('Connection', 'close');
  exchange.writeHead(status, headers);
  response.write(document === '' ? ' ' : document);
  linger(request, () => response.end());
};

const announcesBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

const linger = (request: IncomingMessage, done: () => void): void => {
  let readBytes = 0;
  const finish = (): void => {
    clearTimeout(timer);
    request.off('data', count).off('end', finish).off('close', finish);
    done();
  };
  const count = (data: Buffer): void => {
    readBytes += data.length;
    if (readBytes > LINGER_MAX_BYTES) finish();
  };
  const timer = setTimeout(finish, LINGER_MAX_MS);
  request.on('data', count).on('end', finish).on('close', finish);
  request.resume();
};
