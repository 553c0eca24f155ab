/**
 * CatalogErrors across the wire. The reason of the RPC error is the catalog's code, and its facts follow as a query:
 * `InvalidPart?PartNumber=3&ETag=abc`. Facts that do not fit are left out.
 */
import { type RpcCode, RpcError } from '@needlestack/rpc';
import { CATALOG_ERROR_CODES, CatalogError, type CatalogErrorCode } from '../catalog-error.ts';

/** A session's failure has one byte for the length of its reason. */
const REASON_BYTES_MAX = 255;

const RPC_CODE_OF: Readonly<Record<CatalogErrorCode, RpcCode>> = {
  NoSuchBucket: 'not-found',
  NoSuchKey: 'not-found',
  NoSuchVersion: 'not-found',
  NoSuchUpload: 'not-found',
  NoSuchConfiguration: 'not-found',
  BucketAlreadyExists: 'already-exists',
  BucketAlreadyOwnedByYou: 'already-exists',
  BucketNotEmpty: 'failed-precondition',
  PreconditionFailed: 'failed-precondition',
  ConditionalRequestConflict: 'aborted',
  InvalidPart: 'invalid-argument',
  InvalidPartOrder: 'invalid-argument',
  EntityTooSmall: 'invalid-argument',
  InvalidRequest: 'invalid-argument',
  MethodNotAllowed: 'failed-precondition',
  InvalidVersionId: 'invalid-argument',
  InvalidBucketState: 'failed-precondition',
  ObjectLocked: 'permission-denied',
  NoSuchEntity: 'not-found',
  EntityAlreadyExists: 'already-exists',
  DeleteConflict: 'failed-precondition',
  LimitExceeded: 'failed-precondition',
  SlowDown: 'resource-exhausted',
  Unavailable: 'unavailable',
};

/** On the server. Anything but a refusal of the catalog passes through, and becomes `internal`. */
export function catalogErrorToRpc(error: unknown): unknown {
  if (!(error instanceof CatalogError)) return error;
  let reason: string = error.code;
  for (const [name, value] of Object.entries(error.details)) {
    const longer = `${reason}${reason === error.code ? '?' : '&'}${new URLSearchParams({ [name]: value })}`;
    if (longer.length <= REASON_BYTES_MAX) reason = longer;
  }
  return new RpcError(RPC_CODE_OF[error.code], error.message, { reason });
}

function isCatalogErrorCode(text: string): text is CatalogErrorCode {
  return (CATALOG_ERROR_CODES as readonly string[]).includes(text);
}

/**
 * On the client. A call that was not answered may have been executed: only what the server refused is a CatalogError; the rest
 * stays an RpcError, outcome unknown. `idempotent` calls may say `Unavailable`: they can be asked again.
 */
export function rpcToCatalogError(error: unknown, idempotent: boolean): unknown {
  if (!(error instanceof RpcError)) return error;
  const [code = '', query = ''] = error.reason.split('?', 2);
  if (isCatalogErrorCode(code))
    return new CatalogError(code, error.message, Object.fromEntries(new URLSearchParams(query)));
  // Without a cause it comes from the queue in front of the session: the call was never sent.
  if (error.code === 'resource-exhausted' && (idempotent || error.cause === undefined))
    return new CatalogError('SlowDown', error.message);
  if (idempotent && error.code === 'unavailable') return new CatalogError('Unavailable', error.message);
  return error;
}
