export const KV_ERROR_CODES = [
  /** The store was closed. */
  'closed',
  /** Another process has the store's directory. */
  'locked',
  /** The key is empty or longer than KEY_BYTES_MAX. */
  'invalid-key',
  /** Collided with other transactions on every try; nothing was written. */
  'conflict',
  /** As many moments as the store can hold are held already; nothing was done. */
  'too-many-pins',
  /** The store cannot be reached or has no room; nothing was written. */
  'unavailable',
  /** The commit was begun and its end was not seen: written or not. */
  'outcome-unknown',
  /** The disk failed under a commit; this store refuses all further writes until it is opened again. */
  'storage-failed',
  /** What lies in the directory is no store, or no longer a whole one; it was not opened. */
  'damaged',
] as const;

export type KvErrorCode = (typeof KV_ERROR_CODES)[number];

/** A failure of the store itself, never of a program that runs in it. */
export class KvError extends Error {
  override readonly name = 'KvError';
  readonly code: KvErrorCode;

  constructor(code: KvErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
