/** The codes of gRPC, in order of their numbers; `ok` is not an error. */
export const RPC_CODES = [
  'ok',
  'cancelled',
  'unknown',
  'invalid-argument',
  'deadline-exceeded',
  'not-found',
  'already-exists',
  'permission-denied',
  'resource-exhausted',
  'failed-precondition',
  'aborted',
  'out-of-range',
  'unimplemented',
  'internal',
  'unavailable',
  'data-loss',
  'unauthenticated',
] as const;

export type RpcCode = (typeof RPC_CODES)[number];

/** A call that failed, on either side of the wire. On the server, throwing one decides what the client sees. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: RpcCode;
  /** The service's own error code, when it has a closed set of its own: `needle-not-found`. Empty otherwise. */
  readonly reason: string;

  constructor(code: RpcCode, message: string, options: ErrorOptions & { readonly reason?: string } = {}) {
    super(message, options);
    this.code = code;
    this.reason = options.reason ?? '';
  }
}

/** The number of a code on the wire. */
export const rpcCodeNumber = (code: RpcCode): number => RPC_CODES.indexOf(code);

/** The code of a number on the wire; a number that gRPC does not define is `unknown`. */
export const rpcCodeOf = (number: number): RpcCode => RPC_CODES[number] ?? 'unknown';
