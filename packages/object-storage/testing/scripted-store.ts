import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Answers a request itself and returns true, or leaves it to the store. */
export type Script = (request: SeenRequest, response: ServerResponse, attempt: number) => boolean;

/** A store of one bucket in memory, whose answers a test may take over. It does not look at signatures. */
export class ScriptedStore {
  readonly objects = new Map<string, Buffer>();
  readonly uploads = new Map<string, Map<number, Buffer>>();
  readonly seen: SeenRequest[] = [];
  script: Script = () => false;
  #server: Server | undefined;
  #port = 0;
  #uploadIds = 0;

  static async start(): Promise<ScriptedStore> {
    const store = new ScriptedStore();
    const server = createServer((request, response) => void store.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
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
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://store');
    const path = decodeURIComponent(url.pathname).replace(/^\/bucket\//, '');
    const method = incoming.method ?? '';
    const request = { method, path, query: url.searchParams, headers: incoming.headers, body: Buffer.concat(pieces) };
    this.seen.push(request);
    const attempt = this.seen.filter((other) => other.method === method && other.path === path).length;
    if (this.script(request, response, attempt)) return;
    this.#answer(request, response);
  }

  #answer({ method, path, query, headers, body }: SeenRequest, response: ServerResponse): void {
    const uploadId = query.get('uploadId');
    if (method === 'POST' && query.has('uploads')) {
      this.#uploadIds += 1;
      this.uploads.set(String(this.#uploadIds), new Map());
      response.end(
        `<InitiateMultipartUploadResult><UploadId>${this.#uploadIds}</UploadId></InitiateMultipartUploadResult>`,
      );
    } else if (method === 'PUT' && uploadId !== null) {
      this.uploads.get(uploadId)?.set(Number(query.get('partNumber')), body);
      response.setHeader('etag', etagOf(body)).end();
    } else if (method === 'POST' && uploadId !== null) {
      const parts = [...(this.uploads.get(uploadId) ?? [])].sort(([a], [b]) => a - b);
      this.objects.set(path, Buffer.concat(parts.map(([, bytes]) => bytes)));
      this.uploads.delete(uploadId);
      response.end('<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
    } else if (method === 'DELETE') {
      if (uploadId === null) this.objects.delete(path);
      else this.uploads.delete(uploadId);
      response.writeHead(204).end();
    } else if (method === 'PUT') {
      this.objects.set(path, body);
      response.setHeader('etag', etagOf(body)).end();
    } else {
      this.#read(method, this.objects.get(path), headers.range, response);
    }
  }

  #read(method: string, object: Buffer | undefined, range: string | undefined, response: ServerResponse): void {
    if (object === undefined) {
      refuse(response, 404, 'NoSuchKey');
      return;
    }
    response.setHeader('etag', etagOf(object)).setHeader('last-modified', 'Fri, 01 May 2026 00:00:00 GMT');
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
