import { randomUUID } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { bareEtag, type SigningCredentials } from '@needlestack/s3-protocol';
import { checkKey } from '../check-key.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import { type CredentialSource, staticCredentials } from '../credentials/credential-source.ts';
import { DEFAULT_REQUEST_LIMITS, type RequestLimits } from '../limits.ts';
import type {
  CallOptions,
  ConditionalWriteOptions,
  ConditionalWrites,
  DeleteFailure,
  ListedObject,
  ListOptions,
  MultipartOptions,
  MultipartUpload,
  ObjectBody,
  ObjectStat,
  ObjectStorage,
  RangeOptions,
  WriteCondition,
  WriteOptions,
  WrittenObject,
} from '../object-storage.ts';
import { ObjectStorageError } from '../object-storage-error.ts';
import { RetryBudget } from '../retry-budget.ts';
import type { TlsFiles } from '../tls-files.ts';
import { readAnswer } from './answer-document.ts';
import { type ConditionalMode, ConditionalWriter, type Doubt } from './conditional-writes.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { HttpConnections } from './http-connections.ts';
import { findLastPartTime, listObjects, listUploads } from './list-objects.ts';
import { crc32cOf, NONCE_METADATA, requireStat, writeHeaders } from './object-headers.ts';
import { openObject, readObjectRange } from './read-object.ts';
import { abortUpload, startMultipart } from './s3-multipart-upload.ts';
import { S3Requests } from './s3-requests.ts';

export interface S3StorageOptions {
  readonly bucket: string;
  /** Stands before every key. Default none. */
  readonly prefix?: string;
  /** `http(s)://host[:port]`; that of AWS for the region when absent. */
  readonly endpoint?: string;
  /** Default us-east-1. A store that names another one in its answers is believed. */
  readonly region?: string;
  /** True unless given where there is an endpoint: few stores but AWS answer to a host name for each bucket. */
  readonly pathStyle?: boolean;
  /** Absent for requests without a signature. */
  readonly credentials?: SigningCredentials | CredentialSource;
  /** Sends a CRC32C with every body, and asks for those of objects. Default true. */
  readonly checksums?: boolean;
  /** Whether the store honours conditions on writes; found out at the first one by default. */
  readonly conditionalWrites?: ConditionalMode;
  readonly limits?: Partial<RequestLimits>;
  /** Decides which addresses a name may stand for. An address in place of a name is not asked about. */
  readonly lookup?: LookupFunction;
  /** Whether a store may send us to another host. Default true; false where the endpoint comes from a stranger, who could name inner ones. */
  readonly followsRedirects?: boolean;
  readonly tls?: TlsFiles;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

const DEFAULT_REGION = 'us-east-1';
const PROBE_PREFIX = '.needlestack-probe-';

/** One bucket of a store that speaks S3. */
export class S3Storage implements ObjectStorage {
  readonly #requests: S3Requests;
  readonly #connections: HttpConnections;
  readonly #conditional: ConditionalWriter;
  readonly #prefix: string;
  readonly #checksums: boolean;

  /** @throws TypeError when the endpoint is no http or https URL */
  constructor(options: S3StorageOptions) {
    const { endpoint, bucket, prefix = '', credentials, checksums = true } = options;
    const region = options.region === undefined || options.region === '' ? DEFAULT_REGION : options.region;
    const limits = { ...DEFAULT_REQUEST_LIMITS, ...options.limits };
    this.#prefix = prefix;
    this.#checksums = checksums;
    this.#connections = new HttpConnections({ limits, lookup: options.lookup, tls: options.tls });
    this.#requests = new S3Requests({
      address: {
        endpoint,
        bucket,
        region,
        pathStyle: options.pathStyle ?? endpoint !== undefined,
        followsRedirects: options.followsRedirects ?? true,
      },
      credentials: credentials === undefined ? undefined : toSource(credentials),
      connections: this.#connections,
      retry: {
        limits,
        clock: options.clock ?? SYSTEM_CLOCK,
        random: options.random ?? Math.random,
        budget: new RetryBudget(),
      },
    });
    this.#conditional = new ConditionalWriter({
      requests: this.#requests,
      mode: options.conditionalWrites ?? 'probe',
      createNonce: randomUUID,
      probeKey: (nonce) => `${prefix}${PROBE_PREFIX}${nonce}`,
    });
  }

  put(key: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<WrittenObject> {
    return this.#put(key, bytes, options, {}, { isInDoubt: false });
  }

  putIfAbsent(key: string, bytes: Uint8Array, options: ConditionalWriteOptions = {}): Promise<WrittenObject> {
    return this.#putConditional(key, bytes, { kind: 'absent' }, options);
  }

  putIfMatch(
    key: string,
    etag: string,
    bytes: Uint8Array,
    options: ConditionalWriteOptions = {},
  ): Promise<WrittenObject> {
    return this.#putConditional(key, bytes, { kind: 'matches', etag: bareEtag(etag) }, options);
  }

  async putMultipart(key: string, options: MultipartOptions = {}): Promise<MultipartUpload> {
    checkKey('CreateMultipartUpload', key);
    return startMultipart({
      requests: this.#requests,
      conditional: this.#conditional,
      key: this.#prefix + key,
      name: key,
      checksums: this.#checksums,
      options,
      nonce: randomUUID(),
    });
  }

  get(key: string, options: CallOptions = {}): Promise<ObjectBody> {
    return openObject(this.#requests, this.#prefix + key, options);
  }

  getRange(key: string, startBytes: number, endBytes: number, options: RangeOptions = {}): Promise<Buffer> {
    return readObjectRange(this.#requests, this.#prefix + key, startBytes, endBytes, options);
  }

  async head(key: string, { signal }: CallOptions = {}): Promise<ObjectStat> {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' };
    const asked = { operation: 'HeadObject', key: this.#prefix + key };
    const answer = await this.#requests.sendAndDrain({ ...asked, method: 'HEAD', headers }, signal);
    return requireStat(answer, asked);
  }

  async *list(prefix: string, { after, signal }: ListOptions = {}): AsyncGenerator<ListedObject> {
    const start = after === undefined ? undefined : this.#prefix + after;
    for await (const entry of listObjects(this.#requests, this.#prefix + prefix, start, signal)) {
      yield { ...entry, key: entry.key.slice(this.#prefix.length) };
    }
  }

  delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    return deleteObject(this.#requests, this.#prefix + key, signal);
  }

  async deleteMany(
    keys: Iterable<string> | AsyncIterable<string>,
    { signal }: CallOptions = {},
  ): Promise<readonly DeleteFailure[]> {
    const failures = await deleteObjects(this.#requests, prefixed(this.#prefix, keys), signal);
    return failures.map((failure) => ({ ...failure, key: failure.key.slice(this.#prefix.length) }));
  }

  async abortStaleUploads(prefix: string, olderThanMs: number, { signal }: CallOptions = {}): Promise<number> {
    const latestMs = this.#requests.storeNowMs() - olderThanMs;
    let aborted = 0;
    for await (const { key, uploadId, begunAtMs } of listUploads(this.#requests, this.#prefix + prefix, signal)) {
      const atMs = begunAtMs ?? (await findLastPartTime(this.#requests, key, uploadId, signal));
      if (atMs === undefined || atMs > latestMs) continue;
      await abortUpload(this.#requests, key, uploadId, signal);
      aborted += 1;
    }
    return aborted;
  }

  conditionalWrites(options: CallOptions = {}): Promise<ConditionalWrites> {
    return this.#conditional.mode(options);
  }

  close(): void {
    this.#connections.close();
  }

  #putConditional(
    key: string,
    bytes: Uint8Array,
    condition: WriteCondition,
    options: ConditionalWriteOptions,
  ): Promise<WrittenObject> {
    const { attributes, requireAtomic = false } = options;
    const nonce = randomUUID();
    const metadata = { ...attributes?.metadata, [NONCE_METADATA]: nonce };
    const marked = { ...options, attributes: { ...attributes, metadata } };
    return this.#conditional.run(
      {
        operation: 'PutObject',
        key: this.#prefix + key,
        condition,
        requireAtomic,
        nonce,
        write: (headers, doubt) => this.#put(key, bytes, marked, headers, doubt),
      },
      options.signal,
    );
  }

  async #put(
    key: string,
    bytes: Uint8Array,
    options: WriteOptions,
    conditions: Readonly<Record<string, string>>,
    doubt: Doubt,
  ): Promise<WrittenObject> {
    checkKey('PutObject', key);
    const asked = { operation: 'PutObject', key: this.#prefix + key };
    const headers = { ...writeHeaders(options), ...conditions };
    if (this.#checksums) headers['x-amz-checksum-crc32c'] = crc32cOf(bytes);
    const request = { ...asked, method: 'PUT', headers, body: { bytes } };
    const answer = await this.#requests.retry(options.signal, async ({ isInDoubt }) => {
      doubt.isInDoubt = isInDoubt;
      const sent = await this.#requests.sendOnce(request, options.signal);
      await readAnswer(sent, asked);
      return sent;
    });
    const etag = bareEtag(answer.headers.etag ?? '');
    if (etag !== '') return { etag, sizeBytes: bytes.length };
    const type = answer.headers['content-type'] ?? 'no content type';
    throw new ObjectStorageError('backend', `${answer.statusCode} without an ETag (${type}); is this a store?`, {
      ...asked,
      status: answer.statusCode ?? 0,
    });
  }
}

function toSource(credentials: SigningCredentials | CredentialSource): CredentialSource {
  return 'current' in credentials ? credentials : staticCredentials(credentials);
}

async function* prefixed(prefix: string, keys: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  for await (const key of keys) yield prefix + key;
}
