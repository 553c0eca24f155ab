import { KeyError } from './key-error.ts';
import type { KeyService } from './key-service.ts';
import type { RootKeyRing } from './root-key-ring.ts';

/** Named keys that are derived from the root keys: nothing of them is stored, and only the names that were given exist. */
export class LocalKeyService implements KeyService {
  readonly #ring: RootKeyRing;
  readonly #keyIds: ReadonlySet<string>;

  constructor(ring: RootKeyRing, keyIds: Iterable<string>) {
    this.#ring = ring;
    this.#keyIds = new Set(keyIds);
  }

  async wrap(keyId: string, dataKey: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    return this.#ring.wrap(dataKey, this.#purposeOf(keyId), context);
  }

  async open(keyId: string, wrapped: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    return this.#ring.open(wrapped, this.#purposeOf(keyId), context);
  }

  #purposeOf(keyId: string): string {
    if (!this.#keyIds.has(keyId)) throw new KeyError('key-not-found', `there is no key ${keyId}`);
    return `KMS ${keyId}`;
  }
}
