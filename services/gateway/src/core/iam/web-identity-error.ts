export type WebIdentityErrorCode = 'InvalidIdentityToken' | 'ExpiredTokenException' | 'IDPCommunicationError';

/** Why a token of an identity provider proves nothing. */
export class WebIdentityError extends Error {
  override readonly name = 'WebIdentityError';
  readonly code: WebIdentityErrorCode;

  constructor(code: WebIdentityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
