import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { LastAnswers } from './last-answers.ts';

/**
 * Cuts connections whose client is silent for `timeoutMs` (0: none): between two requests, in the middle of a body, or with an answer
 * it does not take. While the next step is ours (a body that waits for a buffer, a commit, a long query) silence is not the client's,
 * so that connection stays and is looked at again. Bodies must be read by their `data` events: what reads otherwise looks like waiting.
 *
 * One timer does for all: changing to `keepAliveTimeout` and back with each request costs more than it says.
 */
export const cutIdleConnections = (server: Server, timeoutMs: number, answers: LastAnswers): void => {
  server.timeout = timeoutMs;
  server.keepAliveTimeout = 0;
  server.on('timeout', (socket: Socket) => {
    const answer = answers.get(socket);
    // The timeout strikes once; a connection that we keep waiting must be looked at again.
    if (answer !== undefined && isOurTurn(answer, socket)) socket.setTimeout(timeoutMs);
    else cutUnlessMoving(socket, timeoutMs);
  });
};

/**
 * Timers run before what has arrived is read: after a moment in which this process stood still, the client's bytes may lie in the system
 * unread, and what it took may not be known yet. All of that comes before the next `setImmediate`.
 */
const cutUnlessMoving = (socket: Socket, timeoutMs: number): void => {
  const { bytesRead, writableLength } = socket;
  setImmediate(() => {
    if (socket.destroyed) return;
    const isMoving = socket.bytesRead !== bytesRead || socket.writableLength < writableLength;
    if (isMoving) socket.setTimeout(timeoutMs);
    else socket.destroy();
  });
};

const isOurTurn = (answer: ServerResponse, socket: Socket): boolean => {
  if (answer.writableEnded || socket.writableLength > 0) return false;
  const { req: request } = answer;
  return request.complete || request.readableFlowing !== true;
};
