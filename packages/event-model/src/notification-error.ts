/** Every way in which a notification configuration is refused. The names are S3's; all are status 400. */
export const NOTIFICATION_ERROR_CODES = ['MalformedXML', 'InvalidArgument', 'UnsupportedConfiguration'] as const;

export type NotificationErrorCode = (typeof NOTIFICATION_ERROR_CODES)[number];

/** A configuration was refused; nothing of it may be stored. */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';
  readonly code: NotificationErrorCode;
  /** `ArgumentName` of the error answer. */
  readonly argumentName: string;
  /** `ArgumentValue` of the error answer, cut to 256 characters. */
  readonly argumentValue: string;

  constructor(code: NotificationErrorCode, message: string, argumentName = '', argumentValue = '') {
    super(message);
    this.code = code;
    this.argumentName = argumentName;
    this.argumentValue = argumentValue.slice(0, 256);
  }
}
