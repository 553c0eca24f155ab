/** Temporary credentials: what a session token says, and sealing it. */
import type { BearerReference } from './bearer-reference.ts';

/** Seals bytes under the root key. */
export interface Sealer {
  seal(plain: Uint8Array, purpose: string, belongsTo: Uint8Array): Uint8Array;
  /** Throws for what it did not seal. */
  unseal(sealed: Uint8Array, purpose: string, belongsTo: Uint8Array): Uint8Array;
}

export interface Session {
  readonly secretAccessKey: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly bearer: BearerReference;
  /** Of GetFederationToken. */
  readonly federatedName?: string;
  /** Of an assumed role. */
  readonly roleSessionName?: string;
  /** Documents; one of them must allow. */
  readonly policies?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** What conditions may ask: `<issuer>:sub`. */
  readonly facts?: Readonly<Record<string, readonly string[]>>;
}

const PURPOSE = 'session';

/** A token that holds the session for who has the root key, and nothing for anybody else. It counts with this access key alone. */
export const sealSession = (sealer: Sealer, accessKeyId: string, session: Session): string =>
  Buffer.from(sealer.seal(Buffer.from(JSON.stringify(session)), PURPOSE, Buffer.from(accessKeyId))).toString('base64');

/** Undefined for what no store with these root keys sealed for the access key. */
export const openSession = (sealer: Sealer, accessKeyId: string, token: string): Session | undefined => {
  let plain: Uint8Array;
  try {
    plain = sealer.unseal(Buffer.from(token, 'base64'), PURPOSE, Buffer.from(accessKeyId));
  } catch {
    return undefined;
  }
  // Its maker is proven: the text is what sealSession wrote.
  return JSON.parse(Buffer.from(plain).toString('utf8')) as Session;
};
