import { type RpcCode, RpcError } from './rpc-error.ts';

/** The gRPC code for each error code of a service; the one place where a service maps its errors to this wire. */
export type StatusTable = Readonly<Record<string, RpcCode>>;

export interface ErrorStatus {
  readonly code: RpcCode;
  readonly reason: string;
  readonly message: string;
  /** False when the client must not learn more than the code. */
  readonly expected: boolean;
}

const isCodedError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/**
 * What a thrown value means on the wire. RpcErrors speak for themselves; a coded error of the service is looked up in
 * its table; anything else is a fault of ours: `internal`, its details kept for the log.
 */
export const errorStatus = (error: unknown, table: StatusTable): ErrorStatus => {
  if (error instanceof RpcError) {
    return { code: error.code, reason: error.reason, message: error.message, expected: true };
  }
  if (isCodedError(error)) {
    const code = Object.hasOwn(table, error.code) ? table[error.code] : undefined;
    if (code !== undefined) return { code, reason: error.code, message: error.message, expected: true };
  }
  if (isAbort(error)) return { code: 'cancelled', reason: '', message: 'cancelled', expected: true };
  return { code: 'internal', reason: '', message: 'internal error', expected: false };
};
