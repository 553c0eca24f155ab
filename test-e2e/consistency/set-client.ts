import type { SeededRandom } from '@needlestack/fuzz';
import type { SimpleS3 } from '../support/simple-s3.ts';
import { type Acted, askStore, isCertain } from './ask-store.ts';
import { CONSISTENCY_BUCKET } from './consistency-bucket.ts';
import type { SetOperation } from './set-model.ts';

const MAX_KEYS_MAX = 12;

/** Puts new keys under a prefix, takes some of its own away again, and lists pages of all. */
export class SetClient {
  readonly #s3: SimpleS3;
  readonly #random: SeededRandom;
  readonly #name: string;
  #mine: { readonly object: string; readonly key: string } | undefined;
  #lastListed: { readonly object: string; readonly key: string } | undefined;
  #added = 0;

  constructor(s3: SimpleS3, random: SeededRandom, name: string) {
    this.#s3 = s3;
    this.#random = random;
    this.#name = name;
  }

  act(object: string): Promise<Acted<SetOperation>> {
    const dice = this.#random.next();
    if (dice < 0.45) return this.#list(object);
    if (dice < 0.6 && this.#mine?.object === object) return this.#change(object, 'remove', this.#mine.key);
    this.#added += 1;
    // Anywhere in the order of keys.
    const key = `${this.#random.between(100, 1_000)}-${this.#name}-${this.#added}`;
    this.#mine = { object, key };
    return this.#change(object, 'add', key);
  }

  async #change(object: string, kind: 'add' | 'remove', key: string): Promise<Acted<SetOperation>> {
    const path = `/${CONSISTENCY_BUCKET}/set/${object}/${key}`;
    const method = kind === 'add' ? 'PUT' : 'DELETE';
    const answer = await askStore(this.#s3, method, path);
    if (isCertain(answer) && answer.status !== (kind === 'add' ? 200 : 204))
      throw new Error(`${method} answered ${answer.status}: ${answer.body}`);
    return { operation: { kind, key }, isCertain: isCertain(answer) };
  }

  /** From the beginning, or behind the last key of the page before. */
  async #list(object: string): Promise<Acted<SetOperation>> {
    const last = this.#lastListed;
    const after = last?.object === object && this.#random.next() < 0.5 ? last.key : '';
    const maxKeys = this.#random.between(1, MAX_KEYS_MAX);
    const prefix = `set/${object}/`;
    const query = `list-type=2&max-keys=${maxKeys}&prefix=${encodeURIComponent(prefix)}${
      after === '' ? '' : `&start-after=${encodeURIComponent(prefix + after)}`
    }`;
    const asked = { kind: 'list', after, maxKeys } as const;
    const answer = await askStore(this.#s3, 'GET', `/${CONSISTENCY_BUCKET}`, query);
    if (!isCertain(answer)) return { operation: asked, isCertain: false };
    const text = answer.body.toString();
    if (answer.status !== 200) throw new Error(`LIST answered ${answer.status}: ${text}`);
    const keys = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key.slice(prefix.length));
    const key = keys.at(-1);
    this.#lastListed = key === undefined ? undefined : { object, key };
    const isTruncated = text.includes('<IsTruncated>true</IsTruncated>');
    return { operation: { ...asked, page: { keys, isTruncated } }, isCertain: true };
  }
}
