import type { Transaction } from 'lmdb';
import { KvError } from '../kv-error.ts';
import type { KvRange, PinnedView, RowVisitor } from '../ordered-kv.ts';
import { boundString, keyString } from './key-string.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';

/** A read transaction of the library that is not renewed with the others. Every read is over when its call returns. */
export class LmdbPinnedView implements PinnedView {
  readonly isSynchronous = true;
  readonly #environment: LmdbEnvironment;
  readonly #onRelease: () => void;
  #transaction: Transaction | undefined;

  constructor(environment: LmdbEnvironment, onRelease: () => void) {
    this.#environment = environment;
    this.#onRelease = onRelease;
    this.#transaction = environment.holdTransaction();
  }

  async get(key: Uint8Array): Promise<Buffer | undefined> {
    return this.#environment.getAt(keyString(key), this.#require());
  }

  async lastKey(start: Uint8Array, end: Uint8Array): Promise<Buffer | undefined> {
    let last: Buffer | undefined;
    await this.visit({ start, end, limit: 1, reverse: true }, (key) => {
      last = Buffer.from(key);
      return true;
    });
    return last;
  }

  async visit(range: KvRange, visitor: RowVisitor): Promise<boolean> {
    const transaction = this.#require();
    const start = boundString(range.start);
    const end = boundString(range.end);
    if (start >= end) return false;
    const limit = Math.max(1, range.limit);
    let taken = 0;
    let hasMore = false;
    const take: RowVisitor = (key, value) => {
      hasMore = taken >= limit || !visitor(key, value);
      taken += 1;
      return !hasMore;
    };
    this.#environment.visit({ start, end, limit: limit + 1, reverse: range.reverse === true }, take, transaction);
    return hasMore;
  }

  async release(): Promise<void> {
    if (this.#transaction === undefined) return;
    this.#transaction.done();
    this.#transaction = undefined;
    this.#onRelease();
  }

  #require(): Transaction {
    if (this.#transaction === undefined) throw new KvError('closed', 'the pinned view was released');
    return this.#transaction;
  }
}
