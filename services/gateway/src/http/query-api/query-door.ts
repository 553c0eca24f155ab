/**
 * IAM and STS on the S3 port: calls are forms posted to `/`, signed for the service `iam` or `sts` (s3.md rule 12). The body is hashed
 * here: clients of these services send no x-amz-content-sha256.
 */
import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  parseQuery,
  parseSignatureClaim,
  type RequestTarget,
  S3Error,
  verifyDialectSignature,
} from '@needlestack/s3-protocol';
import type { Logger } from '@needlestack/service-kit';
import type { Authenticator } from '../../core/authenticate.ts';
import { lengthenArns, shortenArns } from '../../core/iam/short-arns.ts';
import { QUERY_BODY_BYTES_MAX } from '../../core/limits.ts';
import type { AccessKey } from '../../core/ports.ts';
import { describeClient, type TrustedProxies } from '../../core/trusted-proxies.ts';
import { ClientGoneError, pumpBody } from '../bodies/pump-body.ts';
import type { SideDoor } from '../request-dispatcher.ts';
import { FormParameters } from './form-parameters.ts';
import { QueryCall, type QueryContext, type QueryService } from './query-call.ts';
import { QueryError, toQueryError } from './query-error.ts';
import { renderAnswer, renderQueryError } from './render-answer.ts';

export interface QueryDoorOptions {
  readonly services: readonly QueryService[];
  readonly context: QueryContext;
  readonly authenticator: Authenticator;
  readonly proxies: TrustedProxies;
  readonly makeRequestId: () => string;
  readonly maxCallsInFlight: number;
  readonly logger: Logger;
}

const SCOPE_IN_HEADER = /Credential=[^,\s]*\/([^,/\s]*)\/(iam|sts)\/aws4_request/;
const SCOPE_IN_QUERY = /(?:^|&)X-Amz-Credential=[^&]*(?:%2F|\/)([^&%/]*)(?:%2F|\/)(iam|sts)(?:%2F|\/)aws4_request/i;
/** Clients sign global services for this region, wherever the store is. */
const GLOBAL_REGION = 'us-east-1';

interface ClaimedScope {
  /** Undefined when nobody signed. */
  readonly service: QueryService['name'] | undefined;
  readonly region: string;
}

export const createQueryDoor = (options: QueryDoorOptions): SideDoor => {
  let inFlight = 0;
  const show = options.context.compatibility.has('arn-without-account') ? shortenArns : (document: string) => document;
  return (request, response, target, awaitsContinue) => {
    const scope = claimScope(request, target);
    if (scope === undefined) return false;
    const service = options.services.find(({ name }) => name === (scope.service ?? 'sts'));
    if (service === undefined) return false;
    const place = { namespace: service.namespace, requestId: options.makeRequestId() };
    const fail = (error: unknown): void => {
      if (error instanceof ClientGoneError || response.headersSent) {
        response.destroy();
        return;
      }
      const refusal = toQueryError(error);
      if (refusal.status >= 500) options.logger.error({ requestId: place.requestId, err: error }, 'failed');
      const document = show(renderQueryError(refusal, place));
      send(request, response, { status: refusal.status, requestId: place.requestId }, document);
    };
    if (inFlight >= options.maxCallsInFlight) {
      fail(new QueryError('Throttling', 'Rate exceeded'));
      return true;
    }
    inFlight += 1;
    if (awaitsContinue) response.writeContinue();
    serve({ request, target, scope, service, requestId: place.requestId }, options)
      .then(({ action, result }) =>
        send(request, response, { status: 200, requestId: place.requestId }, show(renderAnswer(action, result, place))),
      )
      .catch(fail)
      .finally(() => {
        inFlight -= 1;
      });
    return true;
  };
};

/** Calls that need no signature, as some clients send them: without body, and with everything in the query. */
const UNSIGNED_IN_QUERY = /(?:^|&)Action=AssumeRoleWith(?:WebIdentity|LDAPIdentity)(?:&|$)/;

/** Undefined for what is S3's. */
const claimScope = (
  { method, headers }: IncomingMessage,
  { rawPath, rawQuery }: RequestTarget,
): ClaimedScope | undefined => {
  if (rawPath !== '/' || (method !== 'POST' && method !== 'GET')) return undefined;
  const { authorization } = headers;
  const match = authorization === undefined ? SCOPE_IN_QUERY.exec(rawQuery) : SCOPE_IN_HEADER.exec(authorization);
  const [, region = '', service] = match ?? [];
  if (service === 'iam' || service === 'sts') return { service, region };
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const isUnsigned = authorization === undefined && method === 'POST' && (isForm || UNSIGNED_IN_QUERY.test(rawQuery));
  if (isUnsigned) return { service: undefined, region: '' };
  return undefined;
};

interface ServedCall {
  readonly request: IncomingMessage;
  readonly target: RequestTarget;
  readonly scope: ClaimedScope;
  readonly service: QueryService;
  readonly requestId: string;
}

const serve = async ({ request, target, scope, service, requestId }: ServedCall, options: QueryDoorOptions) => {
  const body = await readBody(request);
  const accessKey = await authenticate(request, target, scope, body, options.authenticator);
  const form = body.length === 0 ? target.rawQuery : body.toString('utf8');
  const isShort = options.context.compatibility.has('arn-without-account');
  const parameters = new FormParameters(form, isShort ? lengthenArns : undefined);
  const action = findAction(parameters, service);
  const { sourceIp, isSecure } = describeClient(
    {
      remoteAddress: request.socket.remoteAddress,
      isEncrypted: 'encrypted' in request.socket,
      headers: request.headers,
    },
    options.proxies,
  );
  const call = new QueryCall({
    context: options.context,
    parameters,
    requestId,
    accessKey,
    request: { headers: request.headers, query: parseQuery(''), sourceIp, isSecure, amzDate: undefined },
  });
  await action.authorize(call);
  return { action: action.name, result: await action.run(call) };
};

const findAction = (parameters: FormParameters, service: QueryService) => {
  const name = parameters.optional('Action') ?? '';
  const version = parameters.optional('Version');
  const action = service.actions.get(name);
  if (action !== undefined && (version === undefined || version === service.version)) return action;
  if (service.unserved.has(name)) throw new QueryError('NotImplemented', `The action ${name} is not implemented.`);
  throw new QueryError(
    'InvalidAction',
    `Could not find operation ${name} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
  );
};

const authenticate = async (
  request: IncomingMessage,
  { rawPath, rawQuery }: RequestTarget,
  { service, region }: ClaimedScope,
  body: Buffer,
  { identities, keys, nowMs, scope }: Authenticator,
): Promise<AccessKey | undefined> => {
  if (service === undefined) return undefined;
  const { headers, rawHeaders, method = '' } = request;
  const signable = { method, rawPath, rawQuery, headers, rawHeaders };
  const expected = { ...scope, services: [service], region: region === GLOBAL_REGION ? GLOBAL_REGION : scope.region };
  const claim = parseSignatureClaim(signable, expected);
  if (claim === undefined) return undefined;
  const { accessKeyId, securityToken } = claim;
  const accessKey =
    identities.find(accessKeyId, securityToken) ?? (await identities.lookup(accessKeyId, securityToken, service));
  if (accessKey === undefined) throw new S3Error('InvalidAccessKeyId');
  const secret = accessKey.secretAccessKey;
  verifyDialectSignature({
    request: signable,
    claim,
    secret,
    keys,
    nowMs: nowMs(),
    bodySha256: hash('sha256', body, 'hex'),
  });
  return accessKey;
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  await pumpBody(request, (bytes) => {
    sizeBytes += bytes.length;
    if (sizeBytes > QUERY_BODY_BYTES_MAX)
      throw new QueryError('RequestEntityTooLarge', `A call may have ${QUERY_BODY_BYTES_MAX} bytes.`);
    pieces.push(bytes);
    return undefined;
  });
  return Buffer.concat(pieces, sizeBytes);
};

const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, requestId }: { readonly status: number; readonly requestId: string },
  document: string,
): void => {
  const headers = ['Content-Type', 'text/xml', 'Content-Length', String(Buffer.byteLength(document))];
  headers.push('x-amzn-RequestId', requestId, 'Server', 'Needlestack');
  // A body that was not read to its end would be taken for the next request.
  if (!request.complete) headers.push('Connection', 'close');
  response.writeHead(status, headers);
  response.end(document);
};
