export const MASTER_ERROR_CODES = [
  'invalid-argument',
  'no-writable-volume',
  'no-free-slot',
  'unknown-place',
  'allocation-failed',
  'volume-not-found',
  'collection-not-found',
  'locked',
  'duplicate-directory',
  'sequence-exhausted',
  'unreachable',
  'shutting-down',
] as const;

export type MasterErrorCode = (typeof MASTER_ERROR_CODES)[number];

/** A refusal of the master's rules. The message says what was asked and why it cannot be. */
export class MasterError extends Error {
  override readonly name = 'MasterError';
  readonly code: MasterErrorCode;

  constructor(code: MasterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
