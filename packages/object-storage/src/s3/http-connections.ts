import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { RequestLimits } from '../limits.ts';
import { ObjectStorageError } from '../object-storage-error.ts';
import type { TlsFiles, TlsMaterial } from '../tls-files.ts';
import { freeReadsOf } from './free-memory.ts';

/** What a request is for, as errors name it. */
export interface Asked {
  readonly operation: string;
  readonly key: string;
}

/** A request that is signed and ready to go. */
export interface SignedRequest extends Asked {
  readonly method: string;
  readonly url: URL;
  /** Path and query as they are signed. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

export interface HttpConnectionsOptions {
  readonly limits: RequestLimits;
  /** Decides which addresses a name may stand for. */
  readonly lookup: LookupFunction | undefined;
  readonly tls: TlsFiles | undefined;
}

const MIB = 2 ** 20;

/** Connections to a store, kept open between requests. */
export class HttpConnections {
  readonly #limits: RequestLimits;
  readonly #pool: { readonly keepAlive: true; readonly maxSockets: number; readonly lookup?: LookupFunction };
  readonly #tls: TlsFiles | undefined;
  readonly #plainAgent: Agent;
  #tlsAgent: TlsAgent | undefined;
  #tlsMaterial: TlsMaterial | undefined;

  constructor({ limits, lookup, tls }: HttpConnectionsOptions) {
    this.#limits = limits;
    this.#tls = tls;
    this.#pool = {
      keepAlive: true,
      maxSockets: limits.requestsMax,
      ...(lookup === undefined ? undefined : { lookup }),
    };
    this.#plainAgent = new Agent(this.#pool);
  }

  /**
   * Resolves with the head of the answer. The body has to be read or destroyed.
   * @throws ObjectStorageError `unavailable`; the signal's reason when it is aborted
   */
  send(request: SignedRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const isTls = request.url.protocol === 'https:';
      const options: RequestOptions = {
        method: request.method,
        hostname: request.url.hostname.replace(/^\[|\]$/g, ''),
        port: request.url.port === '' ? undefined : Number(request.url.port),
        path: request.target,
        headers: request.headers,
        agent: isTls ? this.#currentTlsAgent() : this.#plainAgent,
        ...(signal === undefined ? undefined : { signal }),
      };
      const outgoing = (isTls ? tlsRequest : plainRequest)(options);
      freeReadsOf(outgoing);
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
    this.#plainAgent.destroy();
    this.#tlsAgent?.destroy();
  }

  #currentTlsAgent(): TlsAgent {
    const material = this.#tls?.current();
    if (this.#tlsAgent === undefined || material !== this.#tlsMaterial) {
      // Requests under way keep their connections, which have the old certificates; idle ones are given up.
      for (const socket of Object.values(this.#tlsAgent?.freeSockets ?? {}).flat()) socket?.destroy();
      this.#tlsMaterial = material;
      this.#tlsAgent = new TlsAgent({ ...this.#pool, ...material });
    }
    return this.#tlsAgent;
  }

  /** Returns how to stop the clocks. */
  #limitTime(outgoing: ClientRequest, bodyBytes: number): () => void {
    const { connectTimeoutMs, idleTimeoutMs, requestTimeoutMs, requestTimeoutMsPerMib } = this.#limits;
    const end = (what: string) => () => outgoing.destroy(new Error(what));
    const wholeMs = requestTimeoutMs + Math.ceil(bodyBytes / MIB) * requestTimeoutMsPerMib;
    const whole = setTimeout(end(`not done within ${wholeMs} ms`), wholeMs);
    let connect: NodeJS.Timeout | undefined;
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) return;
      connect = setTimeout(end(`no connection within ${connectTimeoutMs} ms`), connectTimeoutMs);
      socket.once('connect', () => clearTimeout(connect));
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

/** No answer, or one that broke off. */
export function unavailable(asked: Asked, cause: unknown): ObjectStorageError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ObjectStorageError('unavailable', message, asked, { cause });
}
