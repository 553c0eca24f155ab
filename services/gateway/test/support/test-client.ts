/** A small S3 client that shows everything: status, headers, raw body. Signs each request. */
import { hash } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import {
  encodeAwsChunked,
  encodeUriPath,
  presignQuery,
  type SigningCredentials,
  SigningKeyCache,
  signRequest,
} from '@needlestack/s3-protocol';

export interface CallOptions {
  /** Raw query, encoded. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** How the body is sent; `signed` when absent. */
  readonly payload?: 'signed' | 'unsigned' | 'streaming' | 'streaming-trailer' | 'streaming-unsigned-trailer';
  /** Trailers of a streaming body. */
  readonly trailers?: readonly (readonly [string, string])[];
  readonly chunkBytes?: number;
  readonly region?: string;
  /** Changes the headers after signing. */
  readonly tamper?: (headers: Record<string, string>) => void;
  readonly host?: string;
  /** Sent in place of the signed body, of the same length. */
  readonly sentBody?: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** Code of an error document. */
  readonly code: string | undefined;
  /** Text of the first element of that name. */
  element(name: string): string | undefined;
}

const STREAMING = {
  streaming: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'streaming-trailer': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'streaming-unsigned-trailer': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
} as const;

export class TestClient {
  readonly #port: number;
  readonly #credentials: SigningCredentials;
  readonly #keys = new SigningKeyCache();

  constructor(port: number, credentials: SigningCredentials) {
    this.#port = port;
    this.#credentials = credentials;
  }

  /** @param path raw, or an array of bucket and key to be encoded */
  call(method: string, path: string | readonly [string, string], options: CallOptions = {}): Promise<Answer> {
    const rawPath = typeof path === 'string' ? path : `/${path[0]}/${encodeUriPath(path[1])}`;
    const body = Buffer.from(options.body ?? '');
    const { headers, pieces } = this.#sign(method, rawPath, body, options);
    return this.send(method, `${rawPath}${options.query ? `?${options.query}` : ''}`, headers, pieces);
  }

  #sign(
    method: string,
    rawPath: string,
    body: Buffer,
    options: CallOptions,
  ): { headers: Record<string, string>; pieces: readonly Buffer[] } {
    const payload = options.payload ?? 'signed';
    const isStreaming = payload !== 'signed' && payload !== 'unsigned';
    const line = isStreaming
      ? STREAMING[payload]
      : payload === 'unsigned'
        ? 'UNSIGNED-PAYLOAD'
        : hash('sha256', body, 'hex');
    const request = {
      method,
      rawPath,
      rawQuery: options.query ?? '',
      headers: {
        host: options.host ?? `127.0.0.1:${this.#port}`,
        ...(isStreaming
          ? { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(body.length) }
          : undefined),
        ...(options.trailers === undefined
          ? undefined
          : { 'x-amz-trailer': options.trailers.map(([name]) => name).join(',') }),
        ...options.headers,
      },
    };
    const { headers, seed } = signRequest(request, this.#scope(options.region), line);
    options.tamper?.(headers);
    if (!isStreaming)
      return { headers: { 'content-length': String(body.length), ...headers }, pieces: [options.sentBody ?? body] };
    const pieces = encodeAwsChunked(body, {
      seed: payload === 'streaming-unsigned-trailer' ? undefined : seed,
      chunkBytes: options.chunkBytes ?? 65_536,
      trailers: payload === 'streaming' ? undefined : (options.trailers ?? []),
    });
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return { headers: { 'content-length': String(length), ...headers }, pieces };
  }

  /** Headers of a request whose body is not signed, for tests that write to the socket themselves. */
  signHeaders(method: string, rawPath: string, headers: Readonly<Record<string, string>>): Record<string, string> {
    return this.#sign(method, rawPath, Buffer.of(), { headers, payload: 'unsigned' }).headers;
  }

  #scope(region = 'us-east-1') {
    return { credentials: this.#credentials, region, service: 's3', nowMs: Date.now(), keys: this.#keys };
  }

  /** Raw path and query of a presigned request. */
  presign(method: string, rawPath: string, expiresSeconds: number, rawQuery = '', nowMs = Date.now()): string {
    const headers = { host: `127.0.0.1:${this.#port}` };
    const query = presignQuery({ method, rawPath, rawQuery, headers }, { ...this.#scope(), nowMs }, expiresSeconds);
    return `${rawPath}?${query}`;
  }

  /** Sends as is. */
  send(
    method: string,
    target: string,
    headers: Readonly<Record<string, string>> = {},
    pieces: readonly Buffer[] = [],
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ port: this.#port, host: '127.0.0.1', method, path: target, headers, agent: false });
      request.on('error', reject);
      request.on('response', (response) => {
        const received: Buffer[] = [];
        response.on('data', (data: Buffer) => received.push(data));
        response.on('error', reject);
        response.on('end', () =>
          resolve(describeAnswer(response.statusCode ?? 0, response.headers, Buffer.concat(received))),
        );
      });
      for (const piece of pieces) request.write(piece);
      request.end();
    });
  }
}

const describeAnswer = (status: number, headers: IncomingHttpHeaders, body: Buffer): Answer => {
  const text = body.toString();
  const element = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return { status, headers, body, text, element, code: element('Code') };
};
