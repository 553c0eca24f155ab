/** Wraps data keys under named keys that never leave it. */
export interface KeyService {
  /**
   * What is stored in the place of a data key, and only this service can open.
   *
   * @param dataKey 32 bytes
   * @param context told with both calls and authenticated, not kept by the service (the encryption context of KMS)
   * Rejects with KeyError `key-not-found`, `access-denied`, `unavailable`.
   */
  wrap(keyId: string, dataKey: Uint8Array, context: Uint8Array): Promise<Uint8Array>;
  /** Rejects with KeyError `key-not-found`, `access-denied`, `unavailable`, `damaged-envelope`. */
  open(keyId: string, wrapped: Uint8Array, context: Uint8Array): Promise<Uint8Array>;
}
