import { randomBytes } from 'node:crypto';
import type { KeyService } from './key-service.ts';
import { BUCKET_KEY_LIFE_MS, BUCKET_KEYS_MAX, KEY_BYTES } from './limits.ts';

/** A key between a named key and the data keys of a bucket. */
export interface BucketKey {
  readonly key: Uint8Array;
  /** What the key service made of it. */
  readonly wrapped: Uint8Array;
}

interface Remembered<T> {
  readonly found: Promise<T>;
  readonly untilMs: number;
}

/** What a key service is told beside a bucket's key, so that a data key of an object never passes for one. */
const BUCKET_KEY_CONTEXT = Buffer.from('{"needlestack":"bucket key"}');

/**
 * Keys of buckets (S3 Bucket Keys), each remembered for a bounded time: the key service is asked once for many objects. A named key
 * that is taken away goes on to open objects for that long.
 */
export class BucketKeys {
  readonly #keyService: KeyService;
  readonly #nowMs: () => number;
  readonly #current = new Map<string, Remembered<BucketKey>>();
  readonly #opened = new Map<string, Remembered<Uint8Array>>();

  constructor(keyService: KeyService, nowMs: () => number) {
    this.#keyService = keyService;
    this.#nowMs = nowMs;
  }

  /** The key that wraps what is written into the bucket now. Rejects as KeyService.wrap. */
  current(bucket: string, keyId: string): Promise<BucketKey> {
    return this.#remember(this.#current, `${bucket}/${keyId}`, async () => {
      const key = randomBytes(KEY_BYTES);
      return { key, wrapped: await this.#keyService.wrap(keyId, key, BUCKET_KEY_CONTEXT) };
    });
  }

  /** The key that was wrapped. Rejects as KeyService.open. */
  open(keyId: string, wrapped: Uint8Array): Promise<Uint8Array> {
    const name = `${keyId}/${Buffer.from(wrapped).toString('base64')}`;
    return this.#remember(this.#opened, name, () => this.#keyService.open(keyId, wrapped, BUCKET_KEY_CONTEXT));
  }

  /** Who asks at the same time waits for the same answer; a refusal is not remembered. */
  #remember<T>(known: Map<string, Remembered<T>>, name: string, ask: () => Promise<T>): Promise<T> {
    const nowMs = this.#nowMs();
    const remembered = known.get(name);
    if (remembered !== undefined && remembered.untilMs > nowMs) return remembered.found;
    known.delete(name);
    const oldest = known.keys().next().value;
    if (known.size >= BUCKET_KEYS_MAX && oldest !== undefined) known.delete(oldest);
    const asked = { found: ask(), untilMs: nowMs + BUCKET_KEY_LIFE_MS };
    known.set(name, asked);
    asked.found.catch(() => {
      if (known.get(name) === asked) known.delete(name);
    });
    return asked.found;
  }
}
