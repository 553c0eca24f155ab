import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What the parser of requests, or a timer of the server, complains of. */
export type ClientError = Error & { readonly code?: string };

/**
 * Answers what is no request, or stopped being one in its body, and ends the connection. `answer` is that of the connection's last
 * request, which gets no other when it was under way.
 */
export function answerClientError(error: ClientError, socket: Socket, answer: ServerResponse | undefined): void {
  const isUnderWay = answer !== undefined && !answer.writableEnded;
  if (!socket.writable || error.code === 'ECONNRESET' || (isUnderWay && answer.headersSent)) {
    socket.destroy();
    return;
  }
  const [status, reason] = statusOf(error);
  const isInBody = isUnderWay && status === 400;
  const text = isInBody ? JSON.stringify({ error: faultOfBody(error) }) : `${status} ${reason}`;
  const type = isInBody ? 'application/json' : 'text/plain; charset=utf-8';
  const head = [`HTTP/1.1 ${status} ${reason}`, `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(text)}`];
  socket.end(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n${text}`);
}

function statusOf({ code }: ClientError): readonly [status: number, reason: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'Request Header Fields Too Large'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'Request Timeout'];
    default:
      return [400, 'Bad Request'];
  }
}

/** In the words that clients of SeaweedFS know. */
function faultOfBody({ code, message }: ClientError): string {
  switch (code) {
    case 'HPE_INVALID_EOF_STATE':
      return 'unexpected EOF';
    case 'HPE_INVALID_CHUNK_SIZE':
      return 'invalid byte in chunk length';
    default:
      return message;
  }
}
