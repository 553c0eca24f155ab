import type { SigningCredentials } from '@needlestack/s3-protocol';

/** Keys to sign with, as a source gave them. */
export interface Credentials extends SigningCredentials {
  /** Milliseconds since the epoch; they live for ever when absent. */
  readonly expiresAtMs?: number;
}

/** Where a client has its keys from, for each request anew. */
export interface CredentialSource {
  /** @throws ObjectStorageError `credentials-unavailable` */
  current(signal?: AbortSignal): Promise<SigningCredentials>;
  /** A store refused these as expired. Resolves with whether there are others now. */
  renew(refused: SigningCredentials, signal?: AbortSignal): Promise<boolean>;
}

/** Keys that never change. */
export function staticCredentials(credentials: SigningCredentials): CredentialSource {
  return { current: async () => credentials, renew: async () => false };
}
