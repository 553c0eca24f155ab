import { createXXHash3, createXXHash64, createXXHash128, type IHasher } from 'hash-wasm';

export type XxhashName = 'XXHASH64' | 'XXHASH3' | 'XXHASH128';

/** One WebAssembly instance of an algorithm, shared by all streams of this thread. */
interface Engine {
  readonly hasher: IHasher;
  /** The stream whose state the instance holds. */
  holder: XxhashStream | undefined;
}

const engine = (hasher: IHasher): Engine => ({ hasher, holder: undefined });

const ENGINES: Readonly<Record<XxhashName, Engine>> = {
  XXHASH64: engine(await createXXHash64(0, 0)),
  XXHASH3: engine(await createXXHash3(0, 0)),
  XXHASH128: engine(await createXXHash128(0, 0)),
};

/**
 * One body on its way through an engine. Its state (some hundred bytes) is taken out of the instance only when another stream needs
 * it, so that a body that arrives alone never pays for sharing.
 */
class XxhashStream {
  readonly #engine: Engine;
  #state: Uint8Array | undefined;

  constructor(shared: Engine) {
    this.#engine = shared;
  }

  update(data: Uint8Array): void {
    this.#enter().update(data);
  }

  /** Big-endian, as S3 writes it. */
  digest(): Buffer {
    const digest = this.#enter().digest('binary');
    this.#engine.holder = undefined;
    return Buffer.from(digest);
  }

  #enter(): IHasher {
    const { hasher, holder } = this.#engine;
    if (holder === this) return hasher;
    if (holder !== undefined) holder.#state = hasher.save();
    this.#engine.holder = this;
    return this.#state === undefined ? hasher.init() : hasher.load(this.#state);
  }
}

/** A fresh stream of the algorithm, seed 0. */
export const createXxhash = (name: XxhashName): { update(data: Uint8Array): void; digest(): Buffer } =>
  new XxhashStream(ENGINES[name]);
