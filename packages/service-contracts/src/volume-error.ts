/** Every way in which the bytes' side refuses or fails. */
export const VOLUME_ERROR_CODES = [
  'volume-not-found',
  'needle-not-found',
  'cookie-mismatch',
  'checksum-mismatch',
  'read-only',
  'no-space',
  'too-large',
  'replication-failed',
  'overloaded',
  'io-error',
  'shutting-down',
  'invalid-argument',
  'unreachable',
] as const;

export type VolumeErrorCode = (typeof VOLUME_ERROR_CODES)[number];

/** A refusal or fault of a volume server or master. A rejected write was not acknowledged; it may or may not lie on disk. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
  readonly code: VolumeErrorCode;

  constructor(code: VolumeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
