/** Temporary credentials: what a session token says, and sealing it. */
import type { Sealer } from '@needlestack/access-control';
import type { BearerReference } from './bearer-reference.ts';

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
/** What a token holds begins with the version of its form: JSON in UTF-8 follows. Those of before began with the JSON itself. */
const VERSION = 1;
const UNVERSIONED = '{'.charCodeAt(0);

/** A token that holds the session for who has the root key, and nothing for anybody else. It counts with this access key alone. */
export const sealSession = (sealer: Sealer, accessKeyId: string, session: Session): string => {
  const plain = Buffer.concat([Buffer.of(VERSION), Buffer.from(JSON.stringify(session))]);
  return Buffer.from(sealer.seal(plain, PURPOSE, Buffer.from(accessKeyId))).toString('base64');
};

/** Undefined for what no store with these root keys sealed for the access key, and for a form that this program does not know. */
export const openSession = (sealer: Sealer, accessKeyId: string, token: string): Session | undefined => {
  let plain: Buffer;
  try {
    plain = Buffer.from(sealer.unseal(Buffer.from(token, 'base64'), PURPOSE, Buffer.from(accessKeyId)));
  } catch {
    return undefined;
  }
  const version = plain[0];
  if (version !== VERSION && version !== UNVERSIONED) return undefined;
  // Its maker is proven: the text is what sealSession wrote.
  return JSON.parse(plain.toString('utf8', version === VERSION ? 1 : 0)) as Session;
};
