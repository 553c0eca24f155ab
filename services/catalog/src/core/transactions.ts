import type { KvProgram, KvReader, KvTransaction, OrderedKv, SynchronousReads } from '@needlestack/ordered-kv';
import type { CatalogErrorCode } from '@needlestack/service-contracts';
import type { CommitContext } from './commit-context.ts';
import { asCatalogError } from './kv-refusal.ts';
import { USAGE_STRIPES } from './limits.ts';
import { poolNonces } from './nonce-pool.ts';
import type { Clock, RandomBytes } from './ports.ts';

/** Runs rules as transactions, with the time of the call, and says what went wrong in the catalog's words. */
export class Transactions {
  readonly #kv: OrderedKv;
  readonly #clock: Clock;
  readonly #onOutboxRow: () => void;
  readonly #usageStripes: number;
  readonly #makeNonce: () => string;

  constructor(parts: {
    readonly kv: OrderedKv;
    readonly clock: Clock;
    readonly randomBytes: RandomBytes;
    readonly onOutboxRow: () => void;
  }) {
    this.#kv = parts.kv;
    this.#clock = parts.clock;
    this.#onOutboxRow = parts.onOutboxRow;
    this.#makeNonce = poolNonces(parts.randomBytes);
    const reads = parts.kv.synchronous;
    this.synchronous = reads === undefined ? undefined : (ask) => askNow(reads, ask);
    this.#usageStripes = parts.kv.writers === 'single' ? 1 : USAGE_STRIPES;
  }

  /** Asks a store in this process at once; undefined where the store lies elsewhere. */
  readonly synchronous: (<T>(ask: (reads: SynchronousReads) => T) => T) | undefined;

  /** Without waiting where the store lies in this process. */
  async read<T>(program: (tx: KvReader) => KvProgram<T>): Promise<T> {
    try {
      const { synchronous } = this.#kv;
      return synchronous === undefined ? await this.#kv.read(program) : synchronous.read(program);
    } catch (error) {
      throw asCatalogError(error);
    }
  }

  /** `conflictCode`: what it is called when the transaction kept colliding with others. */
  async write<T>(
    program: (tx: KvTransaction, context: CommitContext) => KvProgram<T>,
    conflictCode?: CatalogErrorCode,
  ): Promise<T> {
    const context = {
      nowMs: this.#clock(),
      usageStripes: this.#usageStripes,
      makeNonce: this.#makeNonce,
      hasAppendedToOutbox: false,
    };
    try {
      const result = await this.#kv.transact((tx) => program(tx, context));
      if (context.hasAppendedToOutbox) this.#onOutboxRow();
      return result;
    } catch (error) {
      throw asCatalogError(error, conflictCode);
    }
  }

  /** A rule that asks nothing. */
  put(rule: (tx: KvTransaction, nowMs: number) => void): Promise<void> {
    // biome-ignore lint/correctness/useYield: a program that only writes
    return this.write(function* (tx, { nowMs }) {
      rule(tx, nowMs);
    });
  }
}

function askNow<T>(reads: SynchronousReads, ask: (reads: SynchronousReads) => T): T {
  try {
    return ask(reads);
  } catch (error) {
    throw asCatalogError(error);
  }
}
