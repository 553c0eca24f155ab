import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** For scripts that close instead of answering. */
  readonly socket: Socket;
}

/** Answers a request itself and returns true, or leaves it to the store. */
export type Script = (request: SeenRequest, response: ServerResponse, attempt: number) => boolean;

const PAGE_KEYS = 1_000;

/** A store of one bucket in memory, whose answers a test may take over. It does not look at signatures. */
export class ScriptedStore {
  readonly objects = new Map<string, Buffer>();
  /** ETags of objects in parts; those of others are made from their bytes. */
  readonly #etags = new Map<string, string>();
  /** `x-amz-meta-` headers of objects. */
  readonly metadata = new Map<string, Record<string, string>>();
  readonly uploads = new Map<string, Map<number, Buffer>>();
  readonly seen: SeenRequest[] = [];
  script: Script = () => false;
  /** Whether If-Match and If-None-Match of writes are looked at. */
  honoursConditions = true;
  #server: Server | undefined;
  #port = 0;
  #uploadIds = 0;

  static async start(port = 0): Promise<ScriptedStore> {
    const store = new ScriptedStore();
    const server = createServer((request, response) => void store.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    store.#server = server;
    store.#port = (server.address() as AddressInfo).port;
    return store;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of incoming) pieces.push(piece as Buffer);
    } catch {
      // The client is gone in the middle of its request.
      return;
    }
    const url = new URL(incoming.url ?? '/', 'http://store');
    const path = decodeURIComponent(url.pathname).replace(/^\/[^/]+\/?/, '');
    const method = incoming.method ?? '';
    const request = {
      method,
      path,
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(pieces),
      socket: incoming.socket,
    };
    this.seen.push(request);
    const attempt = this.seen.filter((other) => other.method === method && other.path === path).length;
    if (this.script(request, response, attempt)) return;
    this.#answer(request, response);
  }

  #answer(request: SeenRequest, response: ServerResponse): void {
    const { method, path, query, headers, body } = request;
    const uploadId = query.get('uploadId');
    if (method === 'GET' && query.has('list-type')) this.#list(query, response);
    else if (method === 'GET' && query.has('uploads')) this.#listUploads(response);
    else if (method === 'POST' && query.has('delete')) this.#deleteMany(body, response);
    else if (method === 'POST' && query.has('uploads')) this.#begin(response);
    else if (method === 'PUT' && uploadId !== null) this.#takePart(uploadId, request, response);
    else if (method === 'POST' && uploadId !== null) this.#complete(uploadId, request, response);
    else if (method === 'DELETE') {
      if (uploadId === null) this.objects.delete(path);
      else this.uploads.delete(uploadId);
      response.writeHead(204).end();
    } else if (method === 'PUT') {
      if (this.#isRefused(request, response)) return;
      this.#keep(path, body, headers);
      response.setHeader('etag', etagOf(body)).end();
    } else {
      this.#read(method, path, headers.range, response);
    }
  }

  /** Does what a write asks for, without a word to whoever sent it. */
  take({ path, query, headers, body }: SeenRequest): void {
    const uploadId = query.get('uploadId');
    if (uploadId === null) {
      this.#keep(path, body, headers);
      return;
    }
    const parts = [...(this.uploads.get(uploadId) ?? [])].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    this.#keep(path, Buffer.concat(parts), headers);
    const digests = parts.map((bytes) => createHash('md5').update(bytes).digest());
    this.#etags.set(path, `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`);
    this.uploads.delete(uploadId);
  }

  #begin(response: ServerResponse): void {
    this.#uploadIds += 1;
    this.uploads.set(String(this.#uploadIds), new Map());
    response.end(
      `<InitiateMultipartUploadResult><UploadId>${this.#uploadIds}</UploadId></InitiateMultipartUploadResult>`,
    );
  }

  #takePart(uploadId: string, { query, body }: SeenRequest, response: ServerResponse): void {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined) {
      refuse(response, 404, 'NoSuchUpload');
      return;
    }
    upload.set(Number(query.get('partNumber')), body);
    response.setHeader('etag', etagOf(body)).end();
  }

  #complete(uploadId: string, request: SeenRequest, response: ServerResponse): void {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined) {
      refuse(response, 404, 'NoSuchUpload');
      return;
    }
    if (this.#isRefused(request, response)) return;
    this.take(request);
    response.end('<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
  }

  #keep(path: string, bytes: Buffer, headers: IncomingMessage['headers']): void {
    this.objects.set(path, bytes);
    this.#etags.delete(path);
    const marks = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
    this.metadata.set(path, Object.fromEntries(marks.map(([name, value]) => [name, String(value)])));
  }

  #isRefused({ path, headers }: SeenRequest, response: ServerResponse): boolean {
    if (!this.honoursConditions) return false;
    const object = this.objects.get(path);
    const isTaken = headers['if-none-match'] === '*' && object !== undefined;
    const isOther = headers['if-match'] !== undefined && object !== undefined && headers['if-match'] !== etagOf(object);
    if (headers['if-match'] !== undefined && object === undefined) refuse(response, 404, 'NoSuchKey');
    else if (isTaken || isOther) refuse(response, 412, 'PreconditionFailed');
    else return false;
    return true;
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const prefix = query.get('prefix') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, PAGE_KEYS);
    const more = keys.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const contents = page.map((key) => {
      const bytes = this.objects.get(key) ?? Buffer.alloc(0);
      return `<Contents><Key>${key}</Key><Size>${bytes.length}</Size><ETag>${etagOf(bytes)}</ETag></Contents>`;
    });
    response.end(
      `<ListBucketResult><IsTruncated>${more !== ''}</IsTruncated>${more}${contents.join('')}</ListBucketResult>`,
    );
  }

  #listUploads(response: ServerResponse): void {
    const uploads = [...this.uploads.keys()].map(
      (id) => `<Upload><Key>k</Key><UploadId>${id}</UploadId><Initiated>2026-01-01T00:00:00Z</Initiated></Upload>`,
    );
    response.end(`<ListMultipartUploadsResult>${uploads.join('')}</ListMultipartUploadsResult>`);
  }

  #deleteMany(body: Buffer, response: ServerResponse): void {
    for (const [, key = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) this.objects.delete(key);
    response.end('<DeleteResult></DeleteResult>');
  }

  #read(method: string, path: string, range: string | undefined, response: ServerResponse): void {
    const object = this.objects.get(path);
    if (object === undefined) {
      refuse(response, 404, 'NoSuchKey');
      return;
    }
    const etag = this.#etags.get(path) ?? etagOf(object);
    response.setHeader('etag', etag).setHeader('last-modified', 'Fri, 01 May 2026 00:00:00 GMT');
    for (const [name, value] of Object.entries(this.metadata.get(path) ?? {})) response.setHeader(name, value);
    const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
    if (match === null) {
      response.setHeader('content-length', object.length);
      response.end(method === 'HEAD' ? undefined : object);
      return;
    }
    const [from, to] = [Number(match[1]), Number(match[2])];
    if (from >= object.length) {
      refuse(response, 416, 'InvalidRange');
      return;
    }
    const bytes = object.subarray(from, to + 1);
    const headers = { 'content-range': `bytes ${from}-${from + bytes.length - 1}/${object.length}` };
    response.writeHead(206, { ...headers, 'content-length': bytes.length }).end(bytes);
  }
}

export function refuse(response: ServerResponse, status: number, code: string, headers: object = {}): void {
  response.writeHead(status, { 'x-amz-request-id': 'R1', ...headers });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>because</Message></Error>`);
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
