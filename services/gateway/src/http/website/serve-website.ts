/** One request of a browser to a bucket that is a website: redirects, index and error documents, pages. Nobody signs here. */
import { ANONYMOUS } from '@needlestack/access-control';
import {
  encodeUriPath,
  redirectFailure,
  redirectRequest,
  S3Error,
  type WebsiteConfiguration,
  type WebsiteOrigin,
  type WebsiteRedirect,
  websiteKey,
} from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';
import { planObjectRead } from '../../core/plan-object-read.ts';
import { authorizeExchange } from '../access/authorize-exchange.ts';
import { hideMissingObject } from '../access/hide-missing-object.ts';
import { noSuchBucket } from '../access/require-bucket.ts';
import { beginLog } from '../access-log/log-exchange.ts';
import { admitOrigin, answerPreflight } from '../cors.ts';
import { openVersion } from '../encryption/object-encryption.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { pushObjectHeaders } from '../object-headers.ts';
import { prepareRead, sendRead } from '../operations/get-object.ts';
import { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty, startHeaders } from '../send-answer.ts';
import { toS3Error } from '../to-s3-error.ts';
import { writeErrorPage } from './website-error-page.ts';

const REDIRECT_HEADER = 'x-amz-website-redirect-location';
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Answers whatever happens; what cannot be answered is thrown. @param exchange its key is the path of the page */
export const serveWebsite = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  exchange.setCaller(ANONYMOUS, { kind: 'unsigned' }, undefined);
  let configuration: WebsiteConfiguration | undefined;
  try {
    if (exchange.method === 'OPTIONS') {
      await answerPreflight(exchange, context);
      return;
    }
    await admitOrigin(exchange, context);
    configuration = await requireWebsite(exchange, context);
    await servePath(exchange, context, configuration);
  } catch (error) {
    if (exchange.response.headersSent) throw error;
    await answerFailure(exchange, context, configuration, toS3Error(error));
  }
};

const requireWebsite = async (exchange: S3Exchange, context: GatewayContext): Promise<WebsiteConfiguration> => {
  const bucket = await context.catalog.getBucket(exchange.bucket);
  if (bucket === undefined) throw noSuchBucket(exchange.bucket);
  await beginLog(exchange, bucket, { operation: 'Website', startMs: performance.now() }, context);
  const configuration = await context.configurations.website.find(bucket);
  const details = { BucketName: exchange.bucket };
  if (configuration === undefined) throw new S3Error('NoSuchWebsiteConfiguration', { details });
  if (METHODS.has(exchange.method)) return configuration;
  throw new S3Error('MethodNotAllowed', {
    details: { Method: exchange.method, ResourceType: 'OBJECT' },
    headers: ['Allow', 'GET, HEAD, OPTIONS'],
  });
};

const originOf = (exchange: S3Exchange): WebsiteOrigin => ({
  protocol: exchange.isSecure ? 'https' : 'http',
  host: exchange.header('host') ?? exchange.bucket,
});

const servePath = async (
  exchange: S3Exchange,
  context: GatewayContext,
  configuration: WebsiteConfiguration,
): Promise<void> => {
  const { key } = exchange;
  const redirect = redirectRequest(configuration, key, originOf(exchange));
  if (redirect !== undefined) {
    sendRedirect(exchange, context, redirect);
    return;
  }
  const page = pageExchange(exchange, websiteKey(configuration, key), context);
  try {
    const version = await findPage(page, context);
    const location = version.systemHeaders[REDIRECT_HEADER];
    if (location !== undefined) {
      sendRedirect(exchange, context, { status: 301, location });
      return;
    }
    const read = await prepareRead(page, context);
    if (read !== undefined) await sendRead(page, context, read);
  } catch (error) {
    const refusal = await hideMissingObject(page, context, toS3Error(error));
    if (await isFolder(exchange, context, configuration, refusal)) {
      sendRedirect(exchange, context, { status: 302, location: `/${encodeUriPath(key)}/` });
      return;
    }
    throw refusal;
  }
};

/** The same request, for another key of the bucket; its query means nothing here. */
const pageExchange = (exchange: S3Exchange, key: string, context: GatewayContext): S3Exchange => {
  const { request, response, requestId, rawPath, bucket } = exchange;
  const page = new S3Exchange(request, response, {
    requestId,
    rawPath,
    rawQuery: '',
    bucket,
    key,
    awaitsContinue: false,
    proxies: context.proxies,
  });
  page.setCaller(ANONYMOUS, { kind: 'unsigned' }, undefined);
  page.addAnswerHeaders(exchange.answerHeaders);
  page.log = exchange.log;
  return page;
};

/** @throws S3Error `AccessDenied`, `NoSuchKey` */
const findPage = async (page: S3Exchange, context: GatewayContext): Promise<ObjectVersion> => {
  await authorizeExchange(page, 'GetObject', context);
  return findAddressedObject(page, context, undefined);
};

/** Whether a path that names nothing would be a page with a slash at its end. */
const isFolder = async (
  exchange: S3Exchange,
  context: GatewayContext,
  configuration: WebsiteConfiguration,
  refusal: S3Error,
): Promise<boolean> => {
  const { key } = exchange;
  if (key === '' || key.endsWith('/') || (refusal.status !== 404 && refusal.status !== 403)) return false;
  try {
    await findPage(pageExchange(exchange, websiteKey(configuration, `${key}/`), context), context);
    return true;
  } catch (error) {
    if (toS3Error(error).status >= 500) throw error;
    return false;
  }
};

const sendRedirect = (exchange: S3Exchange, context: GatewayContext, { status, location }: WebsiteRedirect): void =>
  sendEmpty(exchange, context, status, ['Location', location]);

const answerFailure = async (
  exchange: S3Exchange,
  context: GatewayContext,
  configuration: WebsiteConfiguration | undefined,
  refusal: S3Error,
): Promise<void> => {
  let documentError: S3Error | undefined;
  if (configuration !== undefined && METHODS.has(exchange.method)) {
    const redirect = redirectFailure(configuration, exchange.key, originOf(exchange), refusal.status);
    if (redirect !== undefined) {
      sendRedirect(exchange, context, redirect);
      return;
    }
    const errorKey = refusal.status < 500 ? configuration.error?.key : undefined;
    if (errorKey !== undefined) {
      documentError = await sendErrorDocument(pageExchange(exchange, errorKey, context), context, refusal);
      if (documentError === undefined) return;
    }
  }
  sendErrorPage(exchange, context, refusal, documentError);
};

/** Answers undefined when it was sent, else why it could not be. */
const sendErrorDocument = async (
  page: S3Exchange,
  context: GatewayContext,
  refusal: S3Error,
): Promise<S3Error | undefined> => {
  try {
    const version = await openVersion(page, context, await findPage(page, context));
    const headers = startHeaders(page, context);
    headers.push('x-amz-error-code', refusal.code, 'x-amz-error-message', refusal.message);
    pushObjectHeaders(headers, version, page.query, false);
    headers.push('Content-Length', String(version.sizeBytes));
    // Whole, whatever range the page itself was asked for, and with the status of what went wrong.
    const plan = { ...planObjectRead(version, undefined, undefined), status: refusal.status };
    await sendRead(page, context, { version, plan, headers });
    return undefined;
  } catch (error) {
    if (page.response.headersSent) throw error;
    return hideMissingObject(page, context, toS3Error(error));
  }
};

const sendErrorPage = (
  exchange: S3Exchange,
  context: GatewayContext,
  refusal: S3Error,
  documentError: S3Error | undefined,
): void => {
  const { requestId, response } = exchange;
  const document = writeErrorPage(refusal, { requestId, hostId: context.hostId, documentError });
  if (exchange.log !== undefined) exchange.log.errorCode = refusal.code;
  const headers = startHeaders(exchange, context);
  headers.push(...refusal.headers);
  headers.push('x-amz-error-code', refusal.code, 'x-amz-error-message', refusal.message);
  headers.push('Content-Type', 'text/html; charset=utf-8', 'Content-Length', String(Buffer.byteLength(document)));
  exchange.writeHead(refusal.status, headers);
  response.end(exchange.method === 'HEAD' ? undefined : document);
};
