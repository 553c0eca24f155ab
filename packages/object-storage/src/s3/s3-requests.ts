import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import {
  encodeUriComponent,
  encodeUriPath,
  type SigningCredentials,
  SigningKeyCache,
  signRequest,
} from '@needlestack/s3-protocol';
import type { ObjectStorageLimits } from '../limits.ts';
import { ObjectStoreError } from '../object-store-error.ts';
import { isTransient, withRetries } from '../retry.ts';
import { toError } from './error-answer.ts';
import { EndpointConnections, type SignedRequest } from './send-request.ts';

const EMPTY_SHA256 = createHash('sha256').digest('hex');

export interface S3RequestsOptions {
  /** `https://host[:port]`, where the bucket is. */
  readonly endpoint: URL;
  readonly bucket: string;
  /** The bucket stands in the path, and not in the name of the host. */
  readonly pathStyle: boolean;
  readonly region: string;
  /** Unsigned requests when absent. */
  readonly credentials: SigningCredentials | undefined;
  readonly limits: ObjectStorageLimits;
  readonly lookup: LookupFunction | undefined;
  readonly nowMs: () => number;
  readonly random: () => number;
}

/** A request of S3 before it is signed. */
export interface S3Request {
  readonly operation: string;
  readonly method: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Signs requests for one bucket and sends them, again where that may help. */
export class S3Requests {
  readonly #options: S3RequestsOptions;
  readonly #connections: EndpointConnections;
  readonly #keys = new SigningKeyCache();
  readonly #url: URL;
  readonly #basePath: string;
  /** How far the store's clock is ahead of ours. */
  #skewMs = 0;

  constructor(options: S3RequestsOptions) {
    this.#options = options;
    this.#url = new URL(options.endpoint);
    const path = this.#url.pathname.replace(/\/$/, '');
    if (!options.pathStyle) this.#url.hostname = `${options.bucket}.${this.#url.hostname}`;
    this.#basePath = options.pathStyle ? `${path}/${encodeUriComponent(options.bucket)}` : path;
    this.#connections = new EndpointConnections(this.#url, options.limits, options.lookup);
  }

  /** The answer of a request that succeeded; its body is the caller's to read. */
  send(request: S3Request, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    return this.retry(signal, () => this.sendOnce(request, signal));
  }

  retry<T>(signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
    const { limits, random } = this.#options;
    let skewCorrected = false;
    return withRetries({ limits, random, signal }, attempt, (error) => {
      if (error instanceof ObjectStoreError && error.backendCode === 'RequestTimeTooSkewed' && !skewCorrected) {
        skewCorrected = true;
        return true;
      }
      return isTransient(error);
    });
  }

  async sendOnce(request: S3Request, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const incoming = await this.#connections.send(this.#sign(request), signal);
    const status = incoming.statusCode ?? 0;
    if (status >= 200 && status < 300) return incoming;
    const error = await toError(incoming, request);
    const dateMs = Date.parse(incoming.headers.date ?? '');
    if (error.backendCode === 'RequestTimeTooSkewed' && !Number.isNaN(dateMs)) {
      this.#skewMs = dateMs - this.#options.nowMs();
    }
    throw error;
  }

  close(): void {
    this.#connections.close();
  }

  #sign({ operation, method, key, query = {}, headers = {}, body }: S3Request): SignedRequest {
    const rawPath = `${this.#basePath}/${encodeUriPath(key)}`;
    const rawQuery = Object.entries(query)
      .map(([name, value]) => `${encodeUriComponent(name)}=${encodeUriComponent(value)}`)
      .join('&');
    const target = rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`;
    const plain: Record<string, string> = { ...headers, host: this.#url.host };
    if (body !== undefined) plain['content-length'] = String(body.length);
    const { credentials, region, nowMs } = this.#options;
    const unsigned = { operation, key, method, url: this.#url, target, body };
    if (credentials === undefined) return { ...unsigned, headers: plain };
    const payload = body === undefined ? EMPTY_SHA256 : createHash('sha256').update(body).digest('hex');
    const scope = { credentials, region, service: 's3', nowMs: nowMs() + this.#skewMs, keys: this.#keys };
    return { ...unsigned, headers: signRequest({ method, rawPath, rawQuery, headers: plain }, scope, payload).headers };
  }
}
