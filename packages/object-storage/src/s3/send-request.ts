import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { ObjectStorageLimits } from '../limits.ts';
import { ObjectStoreError } from '../object-store-error.ts';

/** A request that is signed and ready to go. */
export interface SignedRequest {
  readonly operation: string;
  readonly key: string;
  readonly method: string;
  readonly url: URL;
  /** Path and query as they are signed. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

const MIB = 2 ** 20;

/** Connections to one endpoint, kept open between requests. */
export class EndpointConnections {
  readonly #agent: Agent;
  readonly #isTls: boolean;
  readonly #limits: ObjectStorageLimits;

  /** `lookup` decides which addresses a name may stand for. */
  constructor(endpoint: URL, limits: ObjectStorageLimits, lookup: LookupFunction | undefined) {
    this.#isTls = endpoint.protocol === 'https:';
    this.#limits = limits;
    const pool = {
      keepAlive: true,
      maxSockets: limits.requestsMax,
      ...(lookup === undefined ? {} : { lookup }),
    };
    this.#agent = this.#isTls ? new TlsAgent(pool) : new Agent(pool);
  }

  /** Resolves with the head of the answer. The body has to be read or destroyed. @throws ObjectStoreError `unavailable` */
  send(request: SignedRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const options: RequestOptions = {
        method: request.method,
        hostname: request.url.hostname.replace(/^\[|\]$/g, ''),
        port: request.url.port === '' ? undefined : Number(request.url.port),
        path: request.target,
        headers: request.headers,
        agent: this.#agent,
        ...(signal === undefined ? {} : { signal }),
      };
      const outgoing = (this.#isTls ? tlsRequest : plainRequest)(options);
      const stopTimers = this.#limitTime(outgoing, request.body?.length ?? 0);
      outgoing.on('response', (incoming) => {
        incoming.on('close', stopTimers);
        resolve(incoming);
      });
      outgoing.on('error', (cause) => {
        stopTimers();
        if (signal?.aborted === true) reject(signal.reason);
        else reject(unavailable(request, cause));
      });
      outgoing.end(request.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Returns how to stop the clocks. */
  #limitTime(outgoing: ClientRequest, bodyBytes: number): () => void {
    const { connectTimeoutMs, idleTimeoutMs, requestTimeoutMs, requestTimeoutMsPerMib } = this.#limits;
    const end = (what: string) => () => outgoing.destroy(new Error(what));
    const wholeMs = requestTimeoutMs + Math.ceil(bodyBytes / MIB) * requestTimeoutMsPerMib;
    const whole = setTimeout(end(`not done within ${wholeMs} ms`), wholeMs);
    const connect = setTimeout(end(`no connection within ${connectTimeoutMs} ms`), connectTimeoutMs);
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => clearTimeout(connect));
      else clearTimeout(connect);
    });
    outgoing.setTimeout(idleTimeoutMs, end(`no byte within ${idleTimeoutMs} ms`));
    // An answer's body may take as long as bytes keep coming; only its head is bounded.
    outgoing.on('response', () => clearTimeout(whole));
    return () => {
      clearTimeout(whole);
      clearTimeout(connect);
    };
  }
}

export function unavailable(request: Pick<SignedRequest, 'operation' | 'key'>, cause: Error): ObjectStoreError {
  return new ObjectStoreError('unavailable', cause.message, request, { cause });
}
