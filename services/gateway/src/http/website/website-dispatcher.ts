import type { IncomingMessage, ServerResponse } from 'node:http';
import { bucketOfHost, decodeUriComponent, parseRequestTarget, S3Error, validateKey } from '@needlestack/s3-protocol';
import type { GatewayMetrics } from '../../observability/gateway-metrics.ts';
import { isClientGone, noteClientGone } from '../bodies/client-gone.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { SideDoor } from '../request-dispatcher.ts';
import { S3Exchange } from '../s3-exchange.ts';
import { sendError } from '../send-answer.ts';
import { toS3Error } from '../to-s3-error.ts';
import { serveWebsite } from './serve-website.ts';

export interface WebsiteDispatcherOptions {
  readonly context: GatewayContext;
  /** Host names below which each bucket has its site, in lower case. */
  readonly domains: readonly string[];
  readonly makeRequestId: () => string;
  readonly metrics: GatewayMetrics;
  readonly maxRequestsInFlight: number;
}

/** From a browser's request to the site of a bucket: by the host name alone, as the path belongs to the site. */
export class WebsiteDispatcher {
  readonly #options: WebsiteDispatcherOptions;
  /** Set while the gateway closes: each connection ends with its current answer. */
  isDraining = false;

  constructor(options: WebsiteDispatcherOptions) {
    this.#options = options;
  }

  /** On the port of websites: a name below a domain, or the bucket's own name as host. Never throws and never rejects. */
  dispatch(request: IncomingMessage, response: ServerResponse): void {
    if (this.isDraining) response.shouldKeepAlive = false;
    const { host } = request.headers;
    void this.#serve(request, response, bucketOfHost(host, this.#options.domains) ?? nameOfHost(host));
  }

  /** On the S3 port: takes requests to names below a domain of websites. */
  readonly door: SideDoor = (request, response) => {
    const { domains } = this.#options;
    const bucket = domains.length === 0 ? undefined : bucketOfHost(request.headers.host, domains);
    if (bucket === undefined) return false;
    void this.#serve(request, response, bucket);
    return true;
  };

  async #serve(request: IncomingMessage, response: ServerResponse, bucket: string): Promise<void> {
    const { context, makeRequestId, metrics, maxRequestsInFlight } = this.#options;
    const startMs = performance.now();
    metrics.inFlight += 1;
    const { proxies } = context;
    const requestId = makeRequestId();
    const facts = { requestId, rawPath: request.url ?? '', rawQuery: '', awaitsContinue: false, proxies };
    let exchange = new S3Exchange(request, response, { ...facts, bucket, key: '' });
    try {
      if (metrics.inFlight > maxRequestsInFlight) throw new S3Error('SlowDown');
      const { rawPath } = parseRequestTarget(request.url ?? '');
      exchange = new S3Exchange(request, response, { ...facts, rawPath, bucket, key: keyOfPath(rawPath) });
      await serveWebsite(exchange, context);
    } catch (error) {
      if (isClientGone(error, response)) noteClientGone(exchange, context, error);
      else this.#answerFailure(exchange, error);
    }
    // A body means nothing to a site; what comes of it is thrown away.
    request.resume();
    metrics.inFlight -= 1;
    metrics.count('Website', response.statusCode, (performance.now() - startMs) / 1000);
  }

  #answerFailure(exchange: S3Exchange, error: unknown): void {
    const { context } = this.#options;
    const refusal = toS3Error(error);
    if (refusal.status >= 500) {
      const { requestId, bucket, request } = exchange;
      context.logger.error({ requestId, bucket, path: request.url, err: error }, 'website failed');
    }
    sendError(exchange, context, refusal);
  }
}

const nameOfHost = (host = ''): string => host.replace(/:\d+$/, '').toLowerCase();

/** @throws S3Error `InvalidURI`, `KeyTooLongError` */
const keyOfPath = (rawPath: string): string => {
  const key = decodeUriComponent(rawPath.slice(1));
  if (key !== '') validateKey(key);
  return key;
};
