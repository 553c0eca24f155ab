import type { OrderedKv } from '@needlestack/ordered-kv';
import { secretKey } from './keys.ts';
import type { RandomBytes } from './ports.ts';

const SECRET_BYTES = 32;

/** Random bytes that all processes of a store share for ever: made by the first that asks. */
export class StoredSecret {
  readonly #kv: OrderedKv;
  readonly #name: string;
  readonly #randomBytes: RandomBytes;
  #known: Promise<Buffer> | undefined;

  constructor(kv: OrderedKv, name: string, randomBytes: RandomBytes) {
    this.#kv = kv;
    this.#name = name;
    this.#randomBytes = randomBytes;
  }

  /** Rejects with KvError; asking again tries again. */
  get(): Promise<Buffer> {
    this.#known ??= this.#load().catch((error: unknown) => {
      this.#known = undefined;
      throw error;
    });
    return this.#known;
  }

  async #load(): Promise<Buffer> {
    const key = secretKey(this.#name);
    const made = Buffer.from(this.#randomBytes(SECRET_BYTES));
    return (
      (await this.#kv.get(key)) ??
      this.#kv.transact(function* (tx) {
        const before = yield* tx.get(key);
        if (before === undefined) tx.put(key, made);
        return before ?? made;
      })
    );
  }
}
