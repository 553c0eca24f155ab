import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  EMPTY_SHA256,
  encodeUriComponent,
  encodeUriPath,
  parseHttpDate,
  type SigningCredentials,
  SigningKeyCache,
  signRequest,
  UNSIGNED_PAYLOAD,
} from '@needlestack/s3-protocol';
import { checkKey } from '../check-key.ts';
import type { CredentialSource } from '../credentials/credential-source.ts';
import { HASHED_BODY_BYTES_MAX } from '../limits.ts';
import { isObjectStorageError } from '../object-storage-error.ts';
import { type Attempt, RepairableFailure, type RetryPolicy, withRetries } from '../retry.ts';
import { readAnswer, requireNoDocument } from './answer-document.ts';
import { type ErrorAnswer, readErrorAnswer } from './error-answer.ts';
import type { Asked, HttpConnections, SignedRequest } from './http-connections.ts';
import { followRedirect, resolveAddress, type S3Address, type S3AddressOptions } from './s3-address.ts';

/** A body with its hash, which is computed once for all tries. */
export interface RequestBody {
  readonly bytes: Uint8Array;
  sha256?: string;
}

/** A request of S3 before it is signed. Its key is the whole one. */
export interface S3Request extends Asked {
  readonly method: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** It is about the bucket; the key only names it in errors. */
  readonly isOnBucket?: true;
}

export interface S3RequestsOptions {
  readonly address: S3AddressOptions;
  /** Unsigned requests when undefined. */
  readonly credentials: CredentialSource | undefined;
  readonly connections: HttpConnections;
  readonly retry: RetryPolicy;
}

const EXPIRED_CODES: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);
/** A store refuses signatures that are a quarter of an hour off; less is not worth a guess. */
const SKEW_SUSPECTED_MS = 5 * 60_000;

/**
 * Signs requests for one bucket and sends them, again where that may help. What a store teaches about its clock and its place is
 * remembered: the next request begins with it.
 */
export class S3Requests {
  readonly #options: S3RequestsOptions;
  readonly #keys = new SigningKeyCache();
  readonly #home: S3Address;
  #address: S3Address;
  /** How far the store's clock is ahead of ours. */
  #skewMs = 0;

  /** @throws TypeError when the endpoint is no http or https URL */
  constructor(options: S3RequestsOptions) {
    this.#options = options;
    this.#home = resolveAddress(options.address);
    this.#address = this.#home;
  }

  /** Time at the store, milliseconds since the epoch. */
  storeNowMs(): number {
    return this.#options.retry.clock.nowMs() + this.#skewMs;
  }

  /** The answer of a request that succeeded; its body is the caller's to read. */
  send(request: S3Request, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    return this.retry(signal, () => this.sendOnce(request, signal));
  }

  /** The same for a request whose answer is short and of no interest but for its headers and status. */
  async sendAndDrain(request: S3Request, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    return this.retry(signal, async () => {
      const answer = await this.sendOnce(request, signal);
      const { operation, key } = request;
      const document = await readAnswer(answer, { operation, key });
      if (request.method === 'DELETE') requireNoDocument(document, answer, { operation, key });
      return answer;
    });
  }

  retry<T>(signal: AbortSignal | undefined, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
    return withRetries(this.#options.retry, signal, attempt);
  }

  /** One try. What the store's answer tells how to put right is a RepairableFailure, for `retry` to see. */
  async sendOnce(request: S3Request, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    if (!request.isOnBucket) checkKey(request.operation, request.key);
    const address = this.#address;
    const credentials = await this.#options.credentials?.current(signal);
    const incoming = await this.#reach(address, this.#sign(request, address, credentials), signal);
    const status = incoming.statusCode ?? 0;
    if (status >= 200 && status < 300) return incoming;
    const answer = await readErrorAnswer(incoming, request);
    throw this.#findRepair(request, address, credentials, incoming, answer, signal) ?? answer.error;
  }

  async #reach(address: S3Address, request: SignedRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    try {
      return await this.#options.connections.send(request, signal);
    } catch (error) {
      // A place that we were sent to and that is silent is forgotten.
      if (address !== this.#home && this.#address === address && isObjectStorageError(error)) {
        this.#address = this.#home;
      }
      throw error;
    }
  }

  #findRepair(
    request: S3Request,
    address: S3Address,
    credentials: SigningCredentials | undefined,
    { statusCode: status = 0, headers }: IncomingMessage,
    { error, region, endpoint }: ErrorAnswer,
    signal: AbortSignal | undefined,
  ): RepairableFailure | undefined {
    // Answers to HEAD have no document: what they mean has to be guessed from the rest.
    const isMute = request.method === 'HEAD' && error.backendCode === '';
    const dateMs = parseHttpDate(headers.date ?? '');
    if (dateMs !== undefined) {
      const isFarOff = Math.abs(dateMs - this.storeNowMs()) > SKEW_SUSPECTED_MS;
      if (error.backendCode === 'RequestTimeTooSkewed' || (isMute && status === 403 && isFarOff)) {
        return new RepairableFailure('skew', error, async () => {
          this.#skewMs = dateMs - this.#options.retry.clock.nowMs();
          return true;
        });
      }
    }
    const key = request.isOnBucket ? '' : request.key;
    const moved = followRedirect(address, this.#options.address, key, { status, headers, region, endpoint });
    if (moved !== undefined) {
      return new RepairableFailure('redirect', error, async () => {
        this.#address = moved;
        return true;
      });
    }
    const mayBeExpired = isMute && status === 400 && credentials?.sessionToken !== undefined;
    if (credentials === undefined || !(EXPIRED_CODES.has(error.backendCode) || mayBeExpired)) return undefined;
    const renew = async () => (await this.#options.credentials?.renew(credentials, signal)) ?? false;
    return new RepairableFailure('credentials', error, renew);
  }

  #sign(
    { operation, method, key, query = {}, headers = {}, body, isOnBucket }: S3Request,
    { url, basePath, region }: S3Address,
    credentials: SigningCredentials | undefined,
  ): SignedRequest {
    const rawPath = isOnBucket ? basePath || '/' : `${basePath}/${encodeUriPath(key)}`;
    const rawQuery = Object.entries(query)
      .map(([name, value]) => `${encodeUriComponent(name)}=${encodeUriComponent(value)}`)
      .join('&');
    const target = rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`;
    const plain: Record<string, string> = { ...headers, host: url.host };
    if (body !== undefined) plain['content-length'] = String(body.bytes.length);
    const unsigned = { operation, key, method, url, target, body: body?.bytes };
    if (credentials === undefined) return { ...unsigned, headers: plain };
    const scope = { credentials, region, service: 's3', nowMs: this.storeNowMs(), keys: this.#keys };
    const payload = body === undefined ? EMPTY_SHA256 : payloadLine(body, url);
    return { ...unsigned, headers: signRequest({ method, rawPath, rawQuery, headers: plain }, scope, payload).headers };
  }
}

/** Over TLS nobody else can touch a body, and its CRC32C guards it against accidents. */
function payloadLine(body: RequestBody, url: URL): string {
  if (url.protocol === 'https:' && body.bytes.length > HASHED_BODY_BYTES_MAX) return UNSIGNED_PAYLOAD;
  body.sha256 ??= hash('sha256', body.bytes, 'hex');
  return body.sha256;
}
