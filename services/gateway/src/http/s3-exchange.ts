import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Decision, Principal } from '@needlestack/access-control';
import {
  headerValue,
  type PayloadKind,
  type ProvenSignature,
  parseQuery,
  type QueryParameters,
  type RequestHeaders,
  type SignableRequest,
} from '@needlestack/s3-protocol';
import type { EventContext, ObjectVersion } from '@needlestack/service-contracts';
import type { BucketAccess } from '../core/access/bucket-access.ts';
import type { ExchangeLog } from '../core/access-log/exchange-log.ts';
import { type ClientConnection, describeClient, type TrustedProxies } from '../core/trusted-proxies.ts';

const NO_HEADERS: readonly string[] = [];

/** One request and its answer, from the socket to the end. Fields below the line are set once the caller is known. */
export class S3Exchange implements SignableRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  /** As they came; once the caller is known, with those that the query stands in for. */
  headers: RequestHeaders;
  readonly rawHeaders: readonly string[];
  readonly bucket: string;
  readonly key: string;
  /** The client waits for 100 Continue before it sends the body. */
  awaitsContinue: boolean;
  /** What decides about the addressed bucket; set once the request was authorized in one. */
  access: BucketAccess | undefined;
  /** The addressed object, where the permission hung on it: the operation must work with this one and no other. */
  foundObject: { readonly versionId: string | undefined; readonly version: ObjectVersion | undefined } | undefined;
  /** The body of a request whose body is a document, once it was read. */
  document: Buffer | undefined;
  /** Why the request was let in or refused; undefined where nothing but ownership was asked. */
  decision: Decision | undefined;
  /** What of this exchange goes into the access log of its bucket, if that is logged. */
  log: ExchangeLog | undefined;
  readonly #proxies: TrustedProxies;
  #client: ClientConnection | undefined;
  #query: QueryParameters | undefined;
  #answerHeaders: readonly string[] = NO_HEADERS;

  #principal: Principal | undefined;
  #payload: PayloadKind | undefined;
  #proven: ProvenSignature | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    facts: {
      readonly requestId: string;
      readonly rawPath: string;
      readonly rawQuery: string;
      readonly bucket: string;
      readonly key: string;
      readonly awaitsContinue: boolean;
      readonly proxies: TrustedProxies;
      /** In place of the request's own: fields of a form. */
      readonly headers?: RequestHeaders;
    },
  ) {
    this.request = request;
    this.response = response;
    this.requestId = facts.requestId;
    this.method = request.method ?? '';
    this.rawPath = facts.rawPath;
    this.rawQuery = facts.rawQuery;
    this.headers = facts.headers ?? request.headers;
    this.rawHeaders = request.rawHeaders;
    this.bucket = facts.bucket;
    this.key = facts.key;
    this.awaitsContinue = facts.awaitsContinue;
    this.#proxies = facts.proxies;
  }

  /** Parsed at first use. @throws S3Error `InvalidURI` */
  get query(): QueryParameters {
    this.#query ??= parseQuery(this.rawQuery);
    return this.#query;
  }

  /** The upload that a form in this request asks for. @param headers what the form's fields would be as headers */
  asUpload(key: string, headers: RequestHeaders): S3Exchange {
    const { requestId, rawPath, bucket } = this;
    const facts = {
      requestId,
      rawPath,
      rawQuery: '',
      bucket,
      key,
      awaitsContinue: false,
      proxies: this.#proxies,
      headers,
    };
    const upload = new S3Exchange(this.request, this.response, facts);
    upload.log = this.log;
    upload.addAnswerHeaders(this.#answerHeaders);
    return upload;
  }

  header(name: string): string | undefined {
    return headerValue(this.headers, name);
  }

  /** Headers that the answer carries whatever it will be; flat: name, value, name, value. */
  get answerHeaders(): readonly string[] {
    return this.#answerHeaders;
  }

  addAnswerHeaders(headers: readonly string[]): void {
    this.#answerHeaders = this.#answerHeaders.length === 0 ? headers : [...this.#answerHeaders, ...headers];
  }

  /** The head of the answer. @param headers flat: name, value, name, value */
  writeHead(status: number, headers: string[]): void {
    if (this.log !== undefined) this.log.noteHead(status, headers, performance.now());
    this.response.writeHead(status, headers);
  }

  /** Whoever asks, once that is proven. */
  get caller(): Principal | undefined {
    return this.#principal;
  }

  /** @param proven undefined when nobody signed */
  setCaller(principal: Principal, payload: PayloadKind, proven: ProvenSignature | undefined): void {
    this.#principal = principal;
    this.#payload = payload;
    this.#proven = proven;
  }

  get principal(): Principal {
    return this.#require(this.#principal);
  }

  get payload(): PayloadKind {
    return this.#require(this.#payload);
  }

  /** Undefined for anonymous requests. */
  get proven(): ProvenSignature | undefined {
    return this.#proven;
  }

  /** The client's address: that of the socket, or what a believed proxy says. */
  get sourceIp(): string {
    return this.#describeClient().sourceIp;
  }

  /** Whether the client speaks TLS. The S3 port itself speaks plain HTTP. */
  get isSecure(): boolean {
    return this.#describeClient().isSecure;
  }

  /** The address of something in this store, as the client reaches it. @param path encoded */
  locationOf(path: string): string {
    return `${this.isSecure ? 'https' : 'http'}://${this.request.headers.host ?? ''}${path}`;
  }

  #describeClient(): ClientConnection {
    const { socket } = this.request;
    this.#client ??= describeClient(
      { remoteAddress: socket.remoteAddress, isEncrypted: 'encrypted' in socket, headers: this.headers },
      this.#proxies,
    );
    return this.#client;
  }

  #require<Value>(value: Value | undefined): Value {
    if (value === undefined) throw new TypeError('the caller of this request is not known yet');
    return value;
  }

  /** Lets a client that waits for it send its body. */
  invite(): void {
    if (!this.awaitsContinue) return;
    this.awaitsContinue = false;
    this.response.writeContinue();
  }

  /** Who did it, for the event record. @param eventName such as `ObjectCreated:Put` */
  eventContext(eventName: string): EventContext {
    return {
      eventName,
      requestId: this.requestId,
      principalId: this.principal.name,
      sourceIpAddress: this.sourceIp,
      userAgent: this.header('user-agent') ?? '',
    };
  }
}
