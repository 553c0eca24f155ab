import type { Connection } from './connection.ts';
import type { Endpoint } from './load-message.ts';
import { RequestSigner } from './request-signer.ts';
import type { BodyRule, Response } from './response-reader.ts';

/** The signed S3 calls that the cells are made of. Each rejects when the server's answer is not the success that belongs to it. */
export class S3Calls {
  readonly #signer: RequestSigner;
  readonly #putSigner: RequestSigner;

  /** `putHeaders`: sent with each object that is written. */
  constructor(
    endpoint: Endpoint,
    { putHeaders = {} }: { readonly putHeaders?: Readonly<Record<string, string>> } = {},
  ) {
    const { host } = new URL(endpoint.s3Url);
    this.#signer = new RequestSigner(endpoint.credentials, host);
    this.#putSigner = new RequestSigner(endpoint.credentials, host, putHeaders);
  }

  /** Creates the bucket; one of ours that is there already is fine. */
  async createBucket(connection: Connection, bucket: string): Promise<void> {
    const response = await connection.send(this.#signer.writeHead('PUT', `/${bucket}`, '', 0), undefined, 'count');
    if (response.status !== 200 && response.status !== 409) throw unexpected('CreateBucket', response);
  }

  /** @param kind the parameter that names the configuration */
  async configureBucket(connection: Connection, bucket: string, kind: string, document: string): Promise<void> {
    const body = Buffer.from(document);
    const head = this.#signer.writeHead('PUT', `/${bucket}`, `${kind}=`, body.length);
    const response = await connection.send(head, body, 'keep');
    if (response.status !== 200 && response.status !== 204) throw unexpected(`PUT /${bucket}?${kind}`, response);
  }

  async putObject(connection: Connection, path: string, body: Buffer): Promise<Response> {
    const response = await connection.send(this.#putSigner.writeHead('PUT', path, '', body.length), body, 'count');
    if (response.status !== 200) throw unexpected(`PUT ${path}`, response);
    return response;
  }

  getObject(connection: Connection, path: string, rule: BodyRule): Promise<Response> {
    return this.#call(connection, 'GET', path, '', undefined, rule, 200);
  }

  headObject(connection: Connection, path: string): Promise<Response> {
    return this.#call(connection, 'HEAD', path, '', undefined, 'none', 200);
  }

  deleteObject(connection: Connection, path: string): Promise<Response> {
    return this.#call(connection, 'DELETE', path, '', undefined, 'count', 204);
  }

  listObjects(
    connection: Connection,
    bucket: string,
    startAfter: string,
    keysMax: number,
    rule: BodyRule,
  ): Promise<Response> {
    const query = `list-type=2&max-keys=${keysMax}&start-after=${startAfter}`;
    return this.#call(connection, 'GET', `/${bucket}`, query, undefined, rule, 200);
  }

  async createUpload(connection: Connection, path: string): Promise<string> {
    const response = await this.#call(connection, 'POST', path, 'uploads=', undefined, 'keep', 200);
    const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(response.body?.toString() ?? '')?.[1];
    if (uploadId === undefined) throw unexpected('CreateMultipartUpload', response);
    return uploadId;
  }

  /** Resolves with the ETag of the part. */
  async uploadPart(
    connection: Connection,
    path: string,
    uploadId: string,
    part: number,
    body: Buffer,
  ): Promise<string> {
    const query = `partNumber=${part}&uploadId=${encodeURIComponent(uploadId)}`;
    const response = await this.#call(connection, 'PUT', path, query, body, 'count', 200);
    const etag = /\r\netag: *([^\r]+)/i.exec(response.head)?.[1];
    if (etag === undefined) throw unexpected('UploadPart', response);
    return etag;
  }

  async completeUpload(
    connection: Connection,
    path: string,
    uploadId: string,
    etags: readonly string[],
  ): Promise<void> {
    const parts = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
    const query = `uploadId=${encodeURIComponent(uploadId)}`;
    const response = await this.#call(connection, 'POST', path, query, body, 'keep', 200);
    if (response.body?.includes('<Error>') === true) throw unexpected('CompleteMultipartUpload', response);
  }

  async #call(
    connection: Connection,
    method: string,
    path: string,
    query: string,
    body: Buffer | undefined,
    rule: BodyRule,
    expectedStatus: number,
  ): Promise<Response> {
    const head = this.#signer.writeHead(method, path, query, body?.length ?? 0);
    const response = await connection.send(head, body, rule);
    if (response.status !== expectedStatus) throw unexpected(`${method} ${path}?${query}`, response);
    return response;
  }
}

function unexpected(call: string, response: Response): Error {
  return new Error(`${call} answered ${response.status}: ${response.head}${response.body?.toString() ?? ''}`);
}
