import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { RecordAnswer } from '../../core/tables/idempotency.ts';
import type { Caller } from '../../core/tables/ports.ts';
import type { TableCatalog } from '../../core/tables/table-catalog.ts';
import { TableError } from '../../core/tables/table-error.ts';
import type { AnswerRow } from '../../core/tables/table-rows.ts';
import { findWarehouse, parseWarehouseName, type Warehouse } from '../../core/tables/warehouse.ts';
import { getConfig } from './get-config.ts';
import { type IcebergAnswer, sendAnswer } from './iceberg-answer.ts';
import { answerError } from './iceberg-error.ts';
import type { ClientSettings, OperationContext } from './iceberg-operation.ts';
import { ENDPOINTS, type IcebergRoute } from './iceberg-routes.ts';
import { KeyedRequests, readKeyedRequest } from './keyed-requests.ts';
import { matchRoute } from './match-route.ts';
import { parseRequestBody, readRequestBytes } from './read-request-body.ts';
import { committedTableBody, loadedTableBody } from './table-answers.ts';

/** The two doors; they are one. */
const DOORS = ['/iceberg/v1/', '/_iceberg/v1/'];

export interface IcebergPrincipal {
  readonly principalId: string;
}

export interface IcebergRouterOptions<P extends IcebergPrincipal> {
  readonly catalog: TableCatalog;
  readonly settings: ClientSettings;
  /** Who asks, as the gateway has verified it; undefined: nobody, answered with 401. */
  readonly identify: (request: IncomingMessage) => P | undefined;
  /** Whether the principal may read or write tables of the bucket; false is answered with 403. */
  readonly authorize: (principal: P, action: 'read' | 'write', bucket: string) => boolean | Promise<boolean>;
  /** A request that ended in a 5xx; the client is told nothing of the error. */
  readonly requestFailed: (request: { readonly method: string; readonly path: string }, error: unknown) => void;
}

/**
 * The Iceberg REST catalog below `/iceberg/v1` and `/_iceberg/v1`; any other path goes to the next handler. Must stand before
 * whatever parses bodies or decodes paths: both are read here, raw.
 */
export function createIcebergRouter<P extends IcebergPrincipal>(options: IcebergRouterOptions<P>): express.Router {
  const keyedRequests = new KeyedRequests(options.catalog);
  const router = express.Router();
  router.use((request, response, next) => {
    const door = DOORS.find((prefix) => request.url.startsWith(prefix));
    if (door === undefined) next();
    else handleRequest(options, keyedRequests, request, response, request.url.slice(door.length)).catch(next);
  });
  return router;
}

async function handleRequest<P extends IcebergPrincipal>(
  options: IcebergRouterOptions<P>,
  keyedRequests: KeyedRequests,
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
): Promise<void> {
  const method = request.method ?? 'GET';
  const [path = '', query = ''] = splitOnce(target, '?');
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  let answer: IcebergAnswer;
  try {
    answer = await answerRequest(options, keyedRequests, request, {
      method,
      path,
      query: new URLSearchParams(query),
      signal: gone.signal,
    });
  } catch (error) {
    answer = answerError(error);
    if (answer.status >= 500) options.requestFailed({ method, path }, error);
  }
  if (!response.destroyed) sendAnswer(response, answer, method === 'HEAD');
  // A body that nobody wanted must not keep the connection from its next request.
  request.resume();
}

interface Target {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

async function answerRequest<P extends IcebergPrincipal>(
  options: IcebergRouterOptions<P>,
  keyedRequests: KeyedRequests,
  request: IncomingMessage,
  target: Target,
): Promise<IcebergAnswer> {
  const { catalog, settings } = options;
  const principal = options.identify(request);
  if (principal === undefined) throw new TableError('unauthorized', 'The request is not signed by a known key');
  if (target.path === 'config') {
    if (target.method !== 'GET')
      throw new TableError('method-not-allowed', `Not supported: ${target.method} /v1/config`);
    const name = target.query.get('warehouse') ?? '';
    if (name === '') throw new TableError('bad-request', 'The parameter warehouse is missing');
    return getConfig(settings, await findAllowedWarehouse(options, principal, 'read', name), ENDPOINTS);
  }
  const { route, parameters } = matchRoute(target.method, target.path);
  const warehouse = await findAllowedWarehouse(options, principal, route.action, parameters.get('prefix') ?? '');
  const bytes = await readRequestBytes(request);
  const caller: Caller = { principalId: principal.principalId, signal: target.signal };
  const context: Omit<OperationContext, 'record'> = {
    catalog,
    settings,
    warehouse,
    parameters,
    query: target.query,
    headers: request.headers,
    body: route.hasBody ? parseRequestBody(bytes) : {},
    caller,
  };
  const keyed = route.isKeyed ? readKeyedRequest(request, bytes, principal.principalId) : undefined;
  return keyedRequests.run(
    keyed,
    (record: RecordAnswer) => route.operation({ ...context, record }),
    (row) => replayAnswer(context, row),
  );
}

/** The right is asked for before it is said whether the bucket exists. */
async function findAllowedWarehouse<P extends IcebergPrincipal>(
  options: IcebergRouterOptions<P>,
  principal: P,
  action: IcebergRoute['action'],
  name: string,
): Promise<Warehouse> {
  const bucket = parseWarehouseName(name);
  if (!(await options.authorize(principal, action, bucket))) {
    throw new TableError('forbidden', `Not allowed to ${action} tables of the warehouse ${bucket}`);
  }
  return findWarehouse(options.catalog.buckets, bucket);
}

/** The stored answer again; a table's state is read from the file that the first answer showed. */
async function replayAnswer(context: Omit<OperationContext, 'record'>, row: AnswerRow): Promise<IcebergAnswer> {
  const { status, body, metadataLocation } = row;
  if (metadataLocation === undefined) return { status, body };
  const metadata = await context.catalog.metadata.read(metadataLocation, context.caller.signal);
  const table = { metadata, metadataLocation };
  const { settings, warehouse } = context;
  return { status, body: row.hasConfig ? loadedTableBody(table, settings, warehouse) : committedTableBody(table) };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
