/** Every way in which the service refuses a request. */
export const NOTIFY_ERROR_CODES = [
  'unknown-target',
  'unknown-dead-letter',
  'invalid-argument',
  'unavailable',
  'shutting-down',
] as const;

export type NotifyErrorCode = (typeof NOTIFY_ERROR_CODES)[number];

export class NotifyError extends Error {
  override readonly name = 'NotifyError';
  readonly code: NotifyErrorCode;

  constructor(code: NotifyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
