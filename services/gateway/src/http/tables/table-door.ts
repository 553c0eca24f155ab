/**
 * The table doors: requests to the Iceberg REST catalog, verified here on raw path and raw body, then passed on to the catalog's HTTP
 * port with a signed statement of who asks. Nothing that the client says about itself gets past.
 */
import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeInternalIdentity, INTERNAL_IDENTITY_HEADER } from '@needlestack/access-control';
import { parseSignatureClaim, S3Error, verifyDialectSignature } from '@needlestack/s3-protocol';
import type { NextFunction, Request, Response } from 'express';
import type { Authenticator } from '../../core/authenticate.ts';
import { TABLE_DOOR_MAX_BODY_BYTES } from '../../core/limits.ts';
import { ClientGoneError, pumpBody } from '../bodies/pump-body.ts';
import type { SideDoor } from '../request-dispatcher.ts';
import { sendCatalogFailure, sendTableError, toTableError } from './table-error.ts';

export interface TableDoorOptions {
  readonly authenticator: Authenticator;
  /** Undefined: the doors are closed. */
  readonly catalogHttpUrl: string | undefined;
  readonly internalSecret: string;
  readonly makeRequestId: () => string;
}

/** What was read and proven of a request before it is passed on. */
interface VerifiedRequest {
  readonly body: Buffer;
  readonly identityHeader: string;
}

const TABLE_SERVICES = ['s3', 's3tables'];
/** Set by proxies, believed by the catalog: only what this gateway says may arrive there. */
const STRIPPED_HEADERS = [
  INTERNAL_IDENTITY_HEADER,
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-prefix',
  'expect',
];

type TableApp = (request: IncomingMessage, response: ServerResponse) => void;

/** The parts that pass requests on are loaded with the first one: who keeps only objects shall not pay memory for them. */
export const createTableDoor = (options: TableDoorOptions): SideDoor => {
  let app: Promise<TableApp> | undefined;
  return (request, response, target, awaitsContinue) => {
    if (!isTablePath(target.rawPath)) return false;
    if (awaitsContinue) response.writeContinue();
    app ??= createTableApp(options);
    app.then(
      (serve) => serve(request, response),
      (error: unknown) => sendTableError(response, toTableError(error)),
    );
    return true;
  };
};

const isTablePath = (rawPath: string): boolean => rawPath.startsWith('/iceberg/') || rawPath.startsWith('/_iceberg/');

const createTableApp = async (options: TableDoorOptions): Promise<TableApp> => {
  const { default: express } = await import('express');
  const { createProxyMiddleware } = await import('http-proxy-middleware');
  const verified = new WeakMap<IncomingMessage, VerifiedRequest>();
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(async (request: Request, _response: Response, next: NextFunction) => {
    verified.set(request, await verifyRequest(request, options));
    for (const name of STRIPPED_HEADERS) delete request.headers[name];
    next();
  });
  if (options.catalogHttpUrl !== undefined) {
    app.use(
      createProxyMiddleware({
        target: options.catalogHttpUrl,
        xfwd: true,
        on: {
          proxyReq: (proxyRequest, request) => {
            const known = verified.get(request);
            if (known === undefined) return;
            proxyRequest.setHeader(INTERNAL_IDENTITY_HEADER, known.identityHeader);
            if (known.body.length === 0) return;
            // The body was read to be verified; what follows on the stream is only its end.
            proxyRequest.removeHeader('transfer-encoding');
            proxyRequest.setHeader('content-length', known.body.length);
            proxyRequest.write(known.body);
          },
          error: (error, _request, response) => {
            if ('writeHead' in response) sendCatalogFailure(response, error);
            else response.destroy();
          },
        },
      }),
    );
  }
  app.use((_request: Request, response: Response) => sendTableError(response, new S3Error('ServiceUnavailable')));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof ClientGoneError) response.destroy();
    else sendTableError(response, toTableError(error));
  });
  return app;
};

/** @throws S3Error as verifyDialectSignature; `AccessDenied` without a signature */
const verifyRequest = async (request: IncomingMessage, options: TableDoorOptions): Promise<VerifiedRequest> => {
  const { authenticator } = options;
  const { identities, scope, keys, nowMs } = authenticator;
  const url = request.url ?? '';
  const question = url.indexOf('?');
  const signable = {
    method: request.method ?? '',
    rawPath: question < 0 ? url : url.slice(0, question),
    rawQuery: question < 0 ? '' : url.slice(question + 1),
    headers: request.headers,
    rawHeaders: request.rawHeaders,
  };
  const claim = parseSignatureClaim(signable, { region: scope.region, services: TABLE_SERVICES });
  if (claim === undefined) throw new S3Error('AccessDenied');
  const { accessKeyId, securityToken } = claim;
  const accessKey =
    identities.find(accessKeyId, securityToken) ?? (await identities.lookup(accessKeyId, securityToken));
  if (accessKey === undefined) throw new S3Error('InvalidAccessKeyId');
  const body = await readBody(request);
  verifyDialectSignature({
    request: signable,
    claim,
    secret: accessKey.secretAccessKey,
    keys,
    nowMs: nowMs(),
    bodySha256: hash('sha256', body, 'hex'),
  });
  const identity = {
    principal: accessKey.principal,
    accessKeyId: claim.accessKeyId,
    requestId: options.makeRequestId(),
    issuedAtMs: nowMs(),
  };
  return { body, identityHeader: encodeInternalIdentity(identity, options.internalSecret) };
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  await pumpBody(request, (bytes) => {
    sizeBytes += bytes.length;
    if (sizeBytes > TABLE_DOOR_MAX_BODY_BYTES) {
      throw new S3Error('MaxMessageLengthExceeded', {
        details: { MaxMessageLengthBytes: String(TABLE_DOOR_MAX_BODY_BYTES) },
      });
    }
    pieces.push(bytes);
    return undefined;
  });
  return Buffer.concat(pieces, sizeBytes);
};
