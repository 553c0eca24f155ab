import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { SigningCredentials } from '@needlestack/s3-protocol';
import { DEFAULT_LIMITS, type ObjectStorageLimits } from '../limits.ts';
import type { CallOptions, MultipartUpload, ObjectBody, ObjectStat, ObjectStore, PutOptions } from '../object-store.ts';
import { ObjectStoreError } from '../object-store-error.ts';
import { readDocument } from './error-answer.ts';
import { readStat } from './object-headers.ts';
import { readUploadId, S3MultipartUpload } from './s3-multipart-upload.ts';
import { S3Requests } from './s3-requests.ts';
import { unavailable } from './send-request.ts';

export interface S3ObjectStoreOptions {
  readonly bucket: string;
  /** `http(s)://host[:port]`; that of AWS for the region when absent. */
  readonly endpoint?: string;
  readonly region?: string;
  /** True unless given where there is an endpoint: few stores but AWS answer to a host name for each bucket. */
  readonly pathStyle?: boolean;
  /** Absent for requests without a signature. */
  readonly credentials?: SigningCredentials;
  readonly limits?: Partial<ObjectStorageLimits>;
  /** Decides which addresses a name may stand for. */
  readonly lookup?: LookupFunction;
  readonly nowMs?: () => number;
  readonly random?: () => number;
}

const DEFAULT_REGION = 'us-east-1';

/** One bucket of a store that speaks S3. */
export class S3ObjectStore implements ObjectStore {
  readonly #requests: S3Requests;

  /** @throws TypeError when the endpoint is no http or https URL */
  constructor(options: S3ObjectStoreOptions) {
    const region = options.region === undefined || options.region === '' ? DEFAULT_REGION : options.region;
    const endpoint = new URL(options.endpoint ?? `https://s3.${region}.amazonaws.com`);
    if (endpoint.protocol !== 'http:' && endpoint.protocol !== 'https:') {
      throw new TypeError(`endpoint ${endpoint.origin} must use http or https`);
    }
    this.#requests = new S3Requests({
      endpoint,
      bucket: options.bucket,
      pathStyle: options.pathStyle ?? options.endpoint !== undefined,
      region,
      credentials: options.credentials,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      lookup: options.lookup,
      nowMs: options.nowMs ?? Date.now,
      random: options.random ?? Math.random,
    });
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<ObjectStat> {
    const asked = { operation: 'PutObject', key };
    const headers = putHeaders(options);
    const answer = await this.#requests.send({ ...asked, method: 'PUT', headers, body: bytes }, options.signal);
    await readDocument(answer, asked);
    return { ...readStat(answer.headers), sizeBytes: bytes.length };
  }

  async startMultipart(key: string, options: PutOptions = {}): Promise<MultipartUpload> {
    const asked = { operation: 'CreateMultipartUpload', key };
    const headers = putHeaders(options);
    const answer = await this.#requests.send(
      { ...asked, method: 'POST', query: { uploads: '' }, headers },
      options.signal,
    );
    const uploadId = readUploadId(await readDocument(answer, asked), key);
    return new S3MultipartUpload(key, uploadId, this.#requests, (callOptions) => this.head(key, callOptions));
  }

  async getRange(key: string, startBytes: number, endBytes: number, { signal }: CallOptions = {}): Promise<Buffer> {
    const lengthBytes = endBytes - startBytes;
    if (lengthBytes <= 0) return Buffer.alloc(0);
    const asked = { operation: 'GetObject', key };
    return this.#requests.retry(signal, async () => {
      const answer = await this.#open(key, startBytes, endBytes, undefined, signal);
      const target = Buffer.allocUnsafe(lengthBytes);
      let read = 0;
      for await (const piece of bytesOf(answer, asked)) {
        if (read + piece.length > lengthBytes) throw shortBody(asked, read + piece.length, lengthBytes);
        read += piece.copy(target, read);
      }
      if (read !== lengthBytes) throw shortBody(asked, read, lengthBytes);
      return target;
    });
  }

  async get(key: string, { signal }: CallOptions = {}): Promise<ObjectBody> {
    const answer = await this.#requests.send({ operation: 'GetObject', method: 'GET', key }, signal);
    const stat = readStat(answer.headers);
    return { ...stat, bytes: this.#readResumed(key, answer, stat, signal) };
  }

  async head(key: string, { signal }: CallOptions = {}): Promise<ObjectStat> {
    const asked = { operation: 'HeadObject', key };
    const answer = await this.#requests.send({ ...asked, method: 'HEAD' }, signal);
    answer.resume();
    return readStat(answer.headers);
  }

  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    const asked = { operation: 'DeleteObject', key };
    try {
      await readDocument(await this.#requests.send({ ...asked, method: 'DELETE' }, signal), asked);
    } catch (error) {
      if (!(error instanceof ObjectStoreError) || error.code !== 'not-found') throw error;
    }
  }

  close(): void {
    this.#requests.close();
  }

  /** A part of the object, by one request that is not tried again. Only the very range that was asked for is taken. */
  async #open(
    key: string,
    startBytes: number,
    endBytes: number,
    etag: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<IncomingMessage> {
    const asked = { operation: 'GetObject', key };
    const headers: Record<string, string> = { range: `bytes=${startBytes}-${endBytes - 1}` };
    if (etag !== undefined) headers['if-match'] = `"${etag}"`;
    const answer = await this.#requests.sendOnce({ ...asked, method: 'GET', headers }, signal);
    const range = answer.headers['content-range'] ?? '';
    if (answer.statusCode === 206 && range.startsWith(`bytes ${startBytes}-${endBytes - 1}/`)) return answer;
    answer.destroy();
    throw new ObjectStoreError('range-out-of-bounds', `asked for bytes ${startBytes}-${endBytes - 1}, got ${range}`, {
      ...asked,
      status: answer.statusCode ?? 0,
    });
  }

  async *#readResumed(
    key: string,
    first: IncomingMessage,
    { sizeBytes, etag }: ObjectStat,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Buffer> {
    const asked = { operation: 'GetObject', key };
    let answer = first;
    let read = 0;
    while (read < sizeBytes) {
      const before = read;
      try {
        for await (const piece of bytesOf(answer, asked)) {
          read += piece.length;
          yield piece;
        }
        if (read >= sizeBytes) break;
      } catch (error) {
        // Without a byte of progress the next try would fail as this one did.
        if (signal?.aborted === true || read === before) throw error;
      }
      const from = read;
      answer = await this.#requests.retry(signal, () => this.#open(key, from, sizeBytes, etag, signal));
    }
    if (read !== sizeBytes) throw shortBody(asked, read, sizeBytes);
  }
}

function putHeaders({ contentType, storageClass }: PutOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  if (contentType !== undefined) headers['content-type'] = contentType;
  if (storageClass !== undefined && storageClass !== '') headers['x-amz-storage-class'] = storageClass;
  return headers;
}

async function* bytesOf(answer: IncomingMessage, asked: { operation: string; key: string }): AsyncGenerator<Buffer> {
  try {
    for await (const piece of answer) if (Buffer.isBuffer(piece)) yield piece;
  } catch (error) {
    throw unavailable(asked, error instanceof Error ? error : new Error(String(error)));
  } finally {
    answer.destroy();
  }
}

function shortBody(asked: { operation: string; key: string }, found: number, expected: number): ObjectStoreError {
  return new ObjectStoreError('unavailable', `the body has ${found} bytes, expected ${expected}`, asked);
}
