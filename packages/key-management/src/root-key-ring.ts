import { createHash, hkdfSync } from 'node:crypto';
import { KeyError } from './key-error.ts';
import { CACHED_KEYS_MAX, KEY_BYTES } from './limits.ts';
import { openSealed, sealBytes } from './seal-bytes.ts';
import { unwrapKey, wrapKey } from './wrap-key.ts';

const ID_BYTES = 4;

interface RootKey {
  readonly id: Buffer;
  readonly key: Uint8Array;
  /** Keys derived from it, by purpose. */
  readonly derived: Map<string, Uint8Array>;
}

/**
 * The root keys of a store. The first wraps, all of them open, so that a key is rotated by putting a new one before it. What is wrapped says by which
 * (4 bytes of the key's SHA-256). Each purpose has a wrapping key of its own, derived by HKDF-SHA256 (RFC 5869).
 */
export class RootKeyRing {
  readonly #keys: readonly RootKey[];

  /** @throws RangeError without keys, or for one that has not 32 bytes */
  constructor(keys: readonly Uint8Array[]) {
    if (keys.length === 0) throw new RangeError('a root key is needed');
    this.#keys = keys.map((key) => {
      if (key.length !== KEY_BYTES) throw new RangeError(`a root key of ${key.length} bytes, not ${KEY_BYTES}`);
      return { id: createHash('sha256').update(key).digest().subarray(0, ID_BYTES), key, derived: new Map() };
    });
  }

  /** @param purpose such as `SSE-S3`; it must be said again to open the key, as must what it belongs to */
  wrap(plain: Uint8Array, purpose: string, belongsTo: Uint8Array): Buffer {
    const newest = this.#newest;
    return wrapKey(plain, derive(newest, purpose), belongsTo, newest.id);
  }

  /** Like `wrap`, for plain bytes of any length: a secret, a token. */
  seal(plain: Uint8Array, purpose: string, belongsTo: Uint8Array): Buffer {
    const newest = this.#newest;
    return sealBytes(plain, derive(newest, purpose), belongsTo, newest.id);
  }

  /** Opens what `seal` made. @throws KeyError `damaged-envelope` */
  unseal(sealed: Uint8Array, purpose: string, belongsTo: Uint8Array): Buffer {
    return openSealed(sealed, derive(this.#rootOf(sealed), purpose), belongsTo, ID_BYTES);
  }

  /** @throws KeyError `damaged-envelope`, also when the root key that wrapped it is not in the ring */
  open(wrapped: Uint8Array, purpose: string, belongsTo: Uint8Array): Buffer {
    return unwrapKey(wrapped, derive(this.#rootOf(wrapped), purpose), belongsTo, ID_BYTES);
  }

  get #newest(): RootKey {
    const [newest] = this.#keys;
    if (newest === undefined) throw new RangeError('a root key is needed');
    return newest;
  }

  #rootOf(wrapped: Uint8Array): RootKey {
    for (const root of this.#keys) {
      const { id } = root;
      if (id[0] === wrapped[0] && id[1] === wrapped[1] && id[2] === wrapped[2] && id[3] === wrapped[3]) return root;
    }
    throw new KeyError('damaged-envelope', 'wrapped by a root key that is not at hand');
  }
}

function derive(root: RootKey, purpose: string): Uint8Array {
  const known = root.derived.get(purpose);
  if (known !== undefined) return known;
  const derived = new Uint8Array(hkdfSync('sha256', root.key, '', `needlestack ${purpose}`, KEY_BYTES));
  if (root.derived.size >= CACHED_KEYS_MAX) root.derived.clear();
  root.derived.set(purpose, derived);
  return derived;
}
