/** From a request to its operation: address, caller, permission, handler, and the one place where what was thrown becomes an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AddressOptions,
  bucketOfHost,
  encodeFormSpaces,
  MAX_HEADER_SECTION_BYTES,
  parseRequestTarget,
  type RequestTarget,
  resolveObjectAddress,
  S3Error,
  withHoistedHeaders,
} from '@needlestack/s3-protocol';
import { type Authenticator, authenticate } from '../core/authenticate.ts';
import { S3_CONTROL_SEGMENT } from '../core/reserved-buckets.ts';
import { routeAccountOperation, routeOperation, withCopySource } from '../core/route-operation.ts';
import type { S3OperationName } from '../core/s3-operation.ts';
import type { GatewayMetrics } from '../observability/gateway-metrics.ts';
import { authorizeExchange } from './access/authorize-exchange.ts';
import { hideMissingObject } from './access/hide-missing-object.ts';
import { deliverDueLog } from './access-log/deliver-due-log.ts';
import { beginLogOfRefused, type ExchangeToLog, isLogged } from './access-log/log-exchange.ts';
import { isClientGone, noteClientGone } from './bodies/client-gone.ts';
import { admitOrigin, answerPreflight } from './cors.ts';
import type { GatewayContext } from './gateway-context.ts';
import { OPERATION_TABLE } from './operation-table.ts';
import { S3Exchange } from './s3-exchange.ts';
import { sendError } from './send-answer.ts';
import { toS3Error, withMethod } from './to-s3-error.ts';

/** Answers requests that are not S3's: health, table doors. Says whether it took the request. */
export type SideDoor = (
  request: IncomingMessage,
  response: ServerResponse,
  target: RequestTarget,
  awaitsContinue: boolean,
) => boolean;

export interface DispatcherOptions {
  readonly context: GatewayContext;
  readonly authenticator: Authenticator;
  readonly address: AddressOptions;
  readonly makeRequestId: () => string;
  readonly metrics: GatewayMetrics;
  readonly sideDoors: readonly SideDoor[];
  readonly maxRequestsInFlight: number;
}

const BUCKET_SHAPE = /^[A-Za-z0-9._-]{1,255}$/;

export class RequestDispatcher {
  readonly #options: DispatcherOptions;
  /** Set while the gateway closes: each connection ends with its current answer. */
  isDraining = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Takes one request. Never throws and never rejects. */
  dispatch(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    if (this.isDraining) response.shouldKeepAlive = false;
    let exchange: S3Exchange;
    try {
      const target = parseRequestTarget(request.url ?? '');
      if (this.#takenBySideDoor(request, response, target, awaitsContinue)) return;
      exchange = this.#openExchange(request, response, target, awaitsContinue);
    } catch (error) {
      const rawPath = request.url ?? '';
      const requestId = this.#options.makeRequestId();
      const { proxies } = this.#options.context;
      const facts = { requestId, rawPath, rawQuery: '', bucket: '', key: '', awaitsContinue, proxies };
      sendError(new S3Exchange(request, response, facts), this.#options.context, toS3Error(error));
      return;
    }
    void this.#serve(exchange);
  }

  /** On a bucket's own host every path is a key. */
  #takenBySideDoor(
    request: IncomingMessage,
    response: ServerResponse,
    target: RequestTarget,
    awaitsContinue: boolean,
  ): boolean {
    const { virtualHostDomains } = this.#options.address;
    if (virtualHostDomains.length > 0 && bucketOfHost(request.headers.host, virtualHostDomains) !== undefined)
      return false;
    for (const door of this.#options.sideDoors) {
      if (door(request, response, target, awaitsContinue)) return true;
    }
    return false;
  }

  #openExchange(
    request: IncomingMessage,
    response: ServerResponse,
    { rawPath, rawQuery: sentQuery }: RequestTarget,
    awaitsContinue: boolean,
  ): S3Exchange {
    const rawQuery = sentQuery === '' ? '' : encodeFormSpaces(sentQuery, request.headers.authorization);
    const { bucket, key } = resolveObjectAddress(rawPath, request.headers.host, this.#options.address);
    const requestId = this.#options.makeRequestId();
    const { proxies } = this.#options.context;
    return new S3Exchange(request, response, { requestId, rawPath, rawQuery, bucket, key, awaitsContinue, proxies });
  }

  async #serve(exchange: S3Exchange): Promise<void> {
    const { context, metrics, authenticator } = this.#options;
    const startMs = performance.now();
    let operation: S3OperationName | 'Preflight' | 'Unknown' = 'Unknown';
    metrics.inFlight += 1;
    try {
      if (metrics.inFlight > this.#options.maxRequestsInFlight) throw new S3Error('SlowDown');
      checkHeaders(exchange);
      if (exchange.method === 'OPTIONS') {
        operation = 'Preflight';
        await beginLogOfRefused(exchange, { operation, startMs }, context);
        await answerPreflight(exchange, context);
      } else {
        if (exchange.headers.origin !== undefined && BUCKET_SHAPE.test(exchange.bucket))
          await admitOrigin(exchange, context);
        const authenticating = authenticate(exchange, authenticator);
        const { principal, payload, proven } =
          authenticating instanceof Promise ? await authenticating : authenticating;
        exchange.setCaller(principal, payload, proven);
        if (exchange.rawQuery !== '') exchange.headers = withHoistedHeaders(exchange.headers, exchange.query);
        if (exchange.bucket !== '' && !BUCKET_SHAPE.test(exchange.bucket)) {
          throw new S3Error('InvalidBucketName', { details: { BucketName: exchange.bucket } });
        }
        operation = routeExchange(exchange);
        const authorizing = authorizeExchange(exchange, operation, context);
        if (authorizing !== undefined) await authorizing;
        if (isLogged(exchange)) {
          await beginLogOfRefused(exchange, { operation, startMs }, context);
          await deliverDueLog(exchange, context);
        }
        const answering = OPERATION_TABLE[operation](exchange, context);
        if (answering instanceof Promise) await answering;
        if (exchange.key === '' && isWrite(exchange.method)) context.access.forget(exchange.bucket);
      }
    } catch (error) {
      await this.#answerFailure(exchange, { operation, startMs }, error);
    }
    metrics.inFlight -= 1;
    const elapsedMs = performance.now() - startMs;
    const status = exchange.response.statusCode;
    metrics.count(operation, status, elapsedMs / 1000);
    if (context.logger.isLevelEnabled('debug')) {
      const { requestId, method, rawPath, decision } = exchange;
      const facts = { requestId, operation, method, path: rawPath, status, elapsedMs, decision: decision?.reason };
      context.logger.debug(facts, 'answered');
    }
  }

  async #answerFailure(exchange: S3Exchange, asked: ExchangeToLog, error: unknown): Promise<void> {
    const { context } = this.#options;
    if (isClientGone(error, exchange.response)) {
      noteClientGone(exchange, context, error);
      return;
    }
    let refusal = withMethod(toS3Error(error), exchange.method);
    // Copies answer for their source themselves.
    if (
      refusal.status === 404 &&
      exchange.access !== undefined &&
      exchange.headers['x-amz-copy-source'] === undefined
    ) {
      refusal = await hideMissingObject(exchange, context, refusal);
    }
    if (refusal.code === 'InternalError' || refusal.code === 'ServiceUnavailable') {
      const { requestId, method, rawPath } = exchange;
      context.logger.error(
        { requestId, operation: asked.operation, method, path: rawPath, err: refusal.cause ?? refusal },
        'failed',
      );
    }
    if (asked.operation === 'HeadBucket' && refusal.status === 403) {
      // Clients look here for where a bucket is, whoever they are.
      exchange.addAnswerHeaders(['x-amz-bucket-region', context.region]);
    }
    if (isWorthLogging(refusal)) await beginLogOfRefused(exchange, asked, context);
    sendError(exchange, context, refusal);
  }
}

/** Who is told to slow down must cost nothing more, and a bucket that is not there has no log. */
const isWorthLogging = ({ code }: S3Error): boolean =>
  code !== 'SlowDown' && code !== 'ServiceUnavailable' && code !== 'NoSuchBucket';

const routeExchange = (exchange: S3Exchange): S3OperationName => {
  const { method, bucket, key, query, headers } = exchange;
  if (bucket === S3_CONTROL_SEGMENT) return routeAccountOperation(method, key);
  const operation = routeOperation(method, bucket, key, query);
  return withCopySource(operation, headers['x-amz-copy-source'] !== undefined);
};

const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

/** @throws S3Error `BadRequest` for two hosts, of which each reader could believe another; `RequestHeaderSectionTooLarge` */
const checkHeaders = ({ rawHeaders }: S3Exchange): void => {
  let sizeBytes = 0;
  let hosts = 0;
  let isName = true;
  for (const text of rawHeaders) {
    sizeBytes += text.length + 2;
    if (isName && text.length === 4 && text.toLowerCase() === 'host') hosts += 1;
    isName = !isName;
  }
  if (hosts > 1) throw new S3Error('BadRequest');
  if (sizeBytes <= MAX_HEADER_SECTION_BYTES) return;
  throw new S3Error('RequestHeaderSectionTooLarge', {
    details: { MaxSizeAllowed: String(MAX_HEADER_SECTION_BYTES), Size: String(sizeBytes) },
  });
};
