import { createHash, hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { drawRandom } from './draw-random.ts';
import { KeyError } from './key-error.ts';
import { CACHED_KEYS_MAX, KEY_BYTES } from './limits.ts';
import { openSealed, sealBytes } from './seal-bytes.ts';
import { unwrapKey, wrapKey } from './wrap-key.ts';

const ID_BYTES = 4;
const SALT_BYTES = 32;
/** Says that salt and root key are those of the data key. */
const CHECK_BYTES = 16;
const ORIGIN_BYTES = ID_BYTES + SALT_BYTES + CHECK_BYTES;
const LABEL = Buffer.from('needlestack data key');

interface RootKey {
  readonly id: Buffer;
  readonly key: Uint8Array;
  /** Keys derived from it, by purpose. */
  readonly derived: Map<string, Uint8Array>;
}

/**
 * The root keys of a store. The first wraps, all of them open, so that a key is rotated by putting a new one before it. What is wrapped says by which
 * (4 bytes of the key's SHA-256). Each purpose has a wrapping key of its own, derived by HKDF-SHA256 (RFC 5869).
 *
 * Where a key is made for one object and no other, it may be derived in place of being wrapped, at a third of the cost: one hash, no cipher. Its origin is the
 * id of the root key, a random salt, and a check.
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

  /** A new data key that needs no wrapping: it is derived from the newest root key and a salt, which `openDerived` makes it of again. */
  makeDerived(purpose: string): { readonly key: Uint8Array; readonly origin: Buffer } {
    const newest = this.#newest;
    const salt = drawRandom(SALT_BYTES);
    const derived = deriveDataKey(derive(newest, purpose), salt);
    const origin = Buffer.allocUnsafe(ORIGIN_BYTES);
    origin.set(newest.id);
    origin.set(salt, ID_BYTES);
    origin.set(derived.subarray(KEY_BYTES, KEY_BYTES + CHECK_BYTES), ID_BYTES + SALT_BYTES);
    return { key: derived.subarray(0, KEY_BYTES), origin };
  }

  /** @throws KeyError `damaged-envelope`, also when the root key that it was derived from is not in the ring */
  openDerived(origin: Uint8Array, purpose: string): Uint8Array {
    if (origin.length !== ORIGIN_BYTES)
      throw new KeyError('damaged-envelope', `the origin of a key: ${origin.length} bytes`);
    const salt = origin.subarray(ID_BYTES, ID_BYTES + SALT_BYTES);
    const derived = deriveDataKey(derive(this.#rootOf(origin), purpose), salt);
    if (!timingSafeEqual(derived.subarray(KEY_BYTES, KEY_BYTES + CHECK_BYTES), origin.subarray(-CHECK_BYTES)))
      throw new KeyError('damaged-envelope', 'the origin of a key was changed');
    return derived.subarray(0, KEY_BYTES);
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

/** Counter, secret, label, salt: what a data key is derived from. */
const derivedFrom = Buffer.concat([Buffer.of(0, 0, 0, 1), Buffer.alloc(KEY_BYTES), LABEL, Buffer.alloc(SALT_BYTES)]);

/**
 * The one-step derivation of NIST SP 800-56C (section 4, option 1) with SHA-512: H(counter | secret | label | salt).
 * @returns 64 bytes: the data key, and behind it what proves it
 */
function deriveDataKey(secret: Uint8Array, salt: Uint8Array): Buffer {
  derivedFrom.set(secret, 4);
  derivedFrom.set(salt, derivedFrom.length - SALT_BYTES);
  return hash('sha512', derivedFrom, 'buffer');
}
