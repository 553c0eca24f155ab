export type KeyErrorCode =
  /** No key has that id. */
  | 'key-not-found'
  /** The key service refused this caller. */
  | 'access-denied'
  /** The key service did not answer; another try may help. */
  | 'unavailable'
  /** A customer's key that is not the one the object was written with. */
  | 'wrong-customer-key'
  /** What was kept with the object cannot be opened: damaged, or wrapped by a key that is gone. */
  | 'damaged-envelope';

/** Why a data key could not be made or opened. The message holds no key. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
