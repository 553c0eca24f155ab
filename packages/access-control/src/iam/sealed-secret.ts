/** Secrets of access keys as they are kept: sealed under the root key, bound to the key they belong to. */

/** Seals bytes under the root key. */
export interface Sealer {
  seal(plain: Uint8Array, purpose: string, belongsTo: Uint8Array): Uint8Array;
  /** Throws for what it did not seal. */
  unseal(sealed: Uint8Array, purpose: string, belongsTo: Uint8Array): Uint8Array;
}

const PURPOSE = 'identity';

/** Base64. It opens for this access key alone. */
export const sealSecret = (sealer: Sealer, accessKeyId: string, secret: string): string =>
  Buffer.from(sealer.seal(Buffer.from(secret), PURPOSE, Buffer.from(accessKeyId))).toString('base64');

/** Throws when it was sealed for another key or under another root key. */
export const openSecret = (sealer: Sealer, accessKeyId: string, sealed: string): string =>
  Buffer.from(sealer.unseal(Buffer.from(sealed, 'base64'), PURPOSE, Buffer.from(accessKeyId))).toString('utf8');
