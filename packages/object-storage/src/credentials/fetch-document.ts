import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Clock } from '../clock.ts';
import { CREDENTIAL_DOCUMENT_BYTES_MAX, CREDENTIAL_RETRY_BASE_MS, CREDENTIAL_TRIES } from '../limits.ts';
import { credentialsUnavailable, messageOf } from './credential-error.ts';

export interface DocumentRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole of one try. */
  readonly timeoutMs: number;
}

export interface DocumentAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface DocumentRetries {
  readonly clock: Clock;
  readonly random: () => number;
}

/** One small answer by one request. Rejects when none comes in time. */
export function fetchDocument(request: DocumentRequest, signal: AbortSignal | undefined): Promise<DocumentAnswer> {
  const { method, url, headers = {}, body, timeoutMs } = request;
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const outgoing = send(url, { method, headers, agent: false, ...(signal === undefined ? undefined : { signal }) });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(signal?.aborted === true ? signal.reason : error);
    };
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      readBody(incoming).then((answer) => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, body: answer });
      }, fail);
    });
    outgoing.end(body);
  });
}

/**
 * The same, tried again while there is no answer or one of 429 or 5xx. Any other answer is the caller's to judge.
 * @throws ObjectStorageError `credentials-unavailable` that says where, and what came instead
 */
export async function fetchWithRetries(
  step: string,
  request: DocumentRequest,
  { clock, random }: DocumentRetries,
  signal: AbortSignal | undefined,
): Promise<DocumentAnswer> {
  const where = `${request.method} ${request.url.origin}${request.url.pathname}`;
  for (let tries = 1; ; tries += 1) {
    let problem: string;
    let cause: unknown;
    try {
      const answer = await fetchDocument(request, signal);
      if (answer.status !== 429 && answer.status < 500) return answer;
      problem = `status ${answer.status}`;
    } catch (error) {
      signal?.throwIfAborted();
      problem = messageOf(error);
      cause = error;
    }
    if (tries >= CREDENTIAL_TRIES) throw credentialsUnavailable(step, `${where}: ${problem}, ${tries} times`, cause);
    await clock.wait(random() * CREDENTIAL_RETRY_BASE_MS * 2 ** tries, signal);
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let lengthBytes = 0;
  for await (const piece of incoming) {
    if (!Buffer.isBuffer(piece)) continue;
    lengthBytes += piece.length;
    if (lengthBytes > CREDENTIAL_DOCUMENT_BYTES_MAX) {
      throw new Error(`the answer is longer than ${CREDENTIAL_DOCUMENT_BYTES_MAX} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
