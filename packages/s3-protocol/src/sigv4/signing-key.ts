/**
 * Derived keys of Signature Version 4 and the HMAC done with them.
 *
 * HMAC-SHA256 is written as its two hashes over prepared pads: one-shot hashing of a short message costs half of what building
 * a Hmac object does, and a request needs nothing else.
 */
import { createHmac, hash } from 'node:crypto';
import { MAX_CACHED_SIGNING_KEYS } from '../limits.ts';
import { EcdsaKey } from './ecdsa-key.ts';
import { isEqualConstantTime } from './is-equal-constant-time.ts';
import type { VerifyingKey } from './verifying-key.ts';

export const SIGV4_ALGORITHM = 'AWS4-HMAC-SHA256';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const MAX_MESSAGE_BYTES = 1024;

/** A key derived for one day, region and service. Signs strings to sign. */
export class SigningKey implements VerifyingKey {
  readonly algorithm = SIGV4_ALGORITHM;
  /** Padded key, then room for the message. Signing is synchronous from first byte to last, so each key has one. */
  readonly #inner = Buffer.alloc(BLOCK_BYTES + MAX_MESSAGE_BYTES, 0x36);
  /** Padded key, then room for the inner digest. */
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
    for (let index = 0; index < key.length; index++) {
      this.#inner[index] = 0x36 ^ (key[index] ?? 0);
      this.#outer[index] = 0x5c ^ (key[index] ?? 0);
    }
  }

  proves(stringToSign: string, signature: string): boolean {
    return isEqualConstantTime(this.sign(stringToSign), signature);
  }

  /** HMAC-SHA256 of latin1 text, in hex. */
  sign(message: string): string {
    if (message.length > MAX_MESSAGE_BYTES)
      return createHmac('sha256', this.#key).update(message, 'latin1').digest('hex');
    this.#inner.write(message, BLOCK_BYTES, 'latin1');
    const digest = hash('sha256', this.#inner.subarray(0, BLOCK_BYTES + message.length), 'hex');
    this.#outer.write(digest, BLOCK_BYTES, 'hex');
    return hash('sha256', this.#outer, 'hex');
  }
}

/** kSigning of Signature Version 4. */
export const deriveSigningKey = (secret: string, date: string, region: string, service: string): SigningKey => {
  const dateKey = createHmac('sha256', `AWS4${secret}`).update(date).digest();
  const regionKey = createHmac('sha256', dateKey).update(region).digest();
  const serviceKey = createHmac('sha256', regionKey).update(service).digest();
  return new SigningKey(createHmac('sha256', serviceKey).update('aws4_request').digest());
};

/** Keys by name, each with the secret that it was derived from. Bounded: the oldest entry goes first, which is the oldest day in practice. */
class RememberedKeys<Key> {
  readonly #entries = new Map<string, { readonly secret: string; readonly key: Key }>();

  /** Undefined also when the secret has changed. */
  find(name: string, secret: string): Key | undefined {
    const cached = this.#entries.get(name);
    return cached !== undefined && cached.secret === secret ? cached.key : undefined;
  }

  remember(name: string, secret: string, key: Key, maxEntries: number): Key {
    if (!this.#entries.has(name) && this.#entries.size >= maxEntries) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    this.#entries.set(name, { secret, key });
    return key;
  }
}

/** Derived keys, remembered: deriving costs more than what is done with them. A changed secret replaces its entry at the next use. */
export class SigningKeyCache {
  readonly #signing = new RememberedKeys<SigningKey>();
  readonly #ecdsa = new RememberedKeys<EcdsaKey>();
  readonly #maxEntries: number;

  constructor(maxEntries: number = MAX_CACHED_SIGNING_KEYS) {
    this.#maxEntries = maxEntries;
  }

  /** @param credential access key and scope as the request names them: `AKID/20260821/us-east-1/s3/aws4_request` */
  get(credential: string, secret: string, date: string, region: string, service: string): SigningKey {
    const known = this.#signing.find(credential, secret);
    if (known !== undefined) return known;
    const key = deriveSigningKey(secret, date, region, service);
    return this.#signing.remember(credential, secret, key, this.#maxEntries);
  }

  /** The key of SigV4A. */
  getEcdsa(accessKeyId: string, secret: string): EcdsaKey {
    const known = this.#ecdsa.find(accessKeyId, secret);
    if (known !== undefined) return known;
    return this.#ecdsa.remember(accessKeyId, secret, new EcdsaKey(accessKeyId, secret), this.#maxEntries);
  }
}
