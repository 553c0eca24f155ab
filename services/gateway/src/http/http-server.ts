import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { renderError, S3Error } from '@needlestack/s3-protocol';
import { cutIdleConnections, rememberAnswers } from '@needlestack/service-kit';
import {
  HEADERS_TIMEOUT_MS,
  IDLE_SOCKET_TIMEOUT_MS,
  MAX_CONNECTIONS,
  PARSER_MAX_HEADER_BYTES,
} from '../core/limits.ts';

/** Takes a request and answers it, sooner or later. */
export interface RequestTaker {
  dispatch(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void;
}

/**
 * node:http, set up for S3: bodies may take as long as they keep moving, and neither form of the Expect header is answered by the
 * server itself (s3.md rule 4).
 */
export const createHttpServer = (dispatcher: RequestTaker, idleTimeoutMs: number = IDLE_SOCKET_TIMEOUT_MS): Server => {
  const server = createServer({
    maxHeaderSize: PARSER_MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: 0,
    noDelay: true,
  });
  const answers = rememberAnswers(server);
  const last = new WeakSet<ServerResponse>();
  cutIdleConnections(server, idleTimeoutMs, answers);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('request', (request, response) => dispatcher.dispatch(request, response, false));
  server.on('checkContinue', (request, response) => dispatcher.dispatch(request, response, true));
  server.on('checkExpectation', (request, response) => dispatcher.dispatch(request, response, false));
  server.on('clientError', (error: ClientError, socket: Socket) => {
    const answer = answers.get(socket);
    const isOfParser = error.code?.startsWith('HPE_') === true;
    if (!isOfParser || answer?.req.complete !== true || answer.writableFinished) {
      answerClientError(error, socket);
    } else if (!last.has(answer)) {
      // The parser complains of every further packet.
      last.add(answer);
      endAfter(answer, socket);
    }
  });
  return server;
};

type ClientError = Error & { readonly code?: string };

/** What follows a whole request makes no sense: that request has its answer, and the connection no other. */
const endAfter = (answer: ServerResponse, socket: Socket): void => {
  answer.shouldKeepAlive = false;
  answer.once('finish', () => socket.end());
};

/** The parser gave up: nothing of the request can be relied on, not even its path. */
const answerClientError = (error: ClientError, socket: Socket): void => {
  if (error.code === 'HPE_INVALID_EOF_STATE' || error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const refusal = new S3Error(isTooLarge ? 'RequestHeaderSectionTooLarge' : 'BadRequest');
  const document = renderError(refusal, '', '', '');
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: ${Buffer.byteLength(document)}\r\n\r\n${document}`,
  );
};
