/**
 * Derived keys of Signature Version 4 and the HMAC done with them.
 *
 * HMAC-SHA256 is written as its two hashes over prepared pads: one-shot hashing of a short message costs half of what building
 * a Hmac object does, and a request needs nothing else.
 */
import { createHmac, hash } from 'node:crypto';
import { MAX_CACHED_SIGNING_KEYS } from '../limits.ts';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const MAX_MESSAGE_BYTES = 1024;

/** A key derived for one day, region and service. Signs strings to sign. */
export class SigningKey {
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

/**
 * Keys by access key and scope. A changed secret replaces its entry at the next use. Bounded: the oldest entry goes first, which
 * is the oldest day in practice.
 */
export class SigningKeyCache {
  readonly #entries = new Map<string, { readonly secret: string; readonly key: SigningKey }>();
  readonly #maxEntries: number;

  constructor(maxEntries: number = MAX_CACHED_SIGNING_KEYS) {
    this.#maxEntries = maxEntries;
  }

  /** @param credential access key and scope as the request names them: `AKID/20260821/us-east-1/s3/aws4_request` */
  get(credential: string, secret: string, date: string, region: string, service: string): SigningKey {
    const cached = this.#entries.get(credential);
    if (cached !== undefined && cached.secret === secret) return cached.key;
    const key = deriveSigningKey(secret, date, region, service);
    if (cached === undefined && this.#entries.size >= this.#maxEntries) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    this.#entries.set(credential, { secret, key });
    return key;
  }
}
