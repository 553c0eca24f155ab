/**
 * The one memory budget for object bytes in flight. Buffers lie in shared memory, so that a digest worker reads them where they are.
 *
 * Invariants
 * P1 At most `buffersMax` buffers exist, and of those at most a share's own maximum belong to it.
 * P2 Whoever wants one more waits in line, and with it the socket that feeds it or the client that asked. The line is in order of
 *    arrival; only those whose share is at its maximum are passed over.
 * P3 Nobody waits for a client that does nothing. A holder that waits for its client either offers its buffer, which is asked back
 *    when others have waited for `stalledAfterMs`, or has pinned it, and `unpinnedMin` buffers of a share cannot be pinned.
 */

import { STALLED_AFTER_MS } from './limits.ts';

/** Memory for one chunk, lent by the pool. */
export interface ChunkBuffer {
  readonly bytes: Uint8Array;
  /** Ends the loan; the caller must hold no view of the bytes any more. Only the first call counts. */
  give(): void;
  /**
   * To be called whenever the holder begins to wait for its client. `onWanted` is called at most once, between this and `withdraw`,
   * when the wait has been long and others need the buffer: the holder then gives it back as soon as it can.
   */
  offer(onWanted: () => void): void;
  withdraw(): void;
  /** Whether the holder may keep the buffer for as long as its client likes; false when too many are kept so already. */
  tryPin(): boolean;
}

/** The part of the pool that one kind of work may have. */
export interface ChunkBufferShare {
  /** Buffers that could be taken now without waiting. */
  readonly available: number;
  /** A buffer at once, or undefined when none is left. */
  tryTake(): ChunkBuffer | undefined;
  /** Waits in line for a buffer; rejects with the signal's reason when aborted. */
  take(signal?: AbortSignal): Promise<ChunkBuffer>;
}

interface ShareState {
  readonly buffersMax: number;
  readonly pinnedMax: number;
  taken: number;
  pinned: number;
}

interface Waiter {
  readonly share: ShareState;
  readonly resolve: (buffer: ChunkBuffer) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

export class ChunkBufferPool {
  readonly #bufferBytes: number;
  readonly #buffersMax: number;
  readonly #stalledAfterMs: number;
  readonly #free: Uint8Array[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #loans = new Set<Loan>();
  #made = 0;
  /** Counts the looks at stalled holders: an offer older than the present one has stood for a whole `stalledAfterMs`. */
  #round = 0;
  #isWatching = false;

  constructor(options: {
    readonly bufferBytes: number;
    readonly buffersMax: number;
    readonly stalledAfterMs?: number;
  }) {
    this.#bufferBytes = options.bufferBytes;
    this.#buffersMax = options.buffersMax;
    this.#stalledAfterMs = options.stalledAfterMs ?? STALLED_AFTER_MS;
  }

  /** Buffers handed out and not yet given back. */
  get inUse(): number {
    return this.#made - this.#free.length;
  }

  /** At most so many buffers at a time, and so many of them that may not be pinned. */
  share(buffersMax: number, unpinnedMin = 0): ChunkBufferShare {
    const share: ShareState = { buffersMax, pinnedMax: Math.max(0, buffersMax - unpinnedMin), taken: 0, pinned: 0 };
    const available = (): number => Math.min(buffersMax - share.taken, this.#buffersMax - this.inUse);
    return {
      get available() {
        return available();
      },
      tryTake: () => (available() > 0 ? this.#lend(share) : undefined),
      take: (signal) => (available() > 0 ? Promise.resolve(this.#lend(share)) : this.#wait(share, signal)),
    };
  }

  #lend(share: ShareState): ChunkBuffer {
    share.taken += 1;
    const loan = new Loan(this.#free.pop() ?? this.#make(), share, this.#endLoan, () => this.#round);
    this.#loans.add(loan);
    return loan;
  }

  #make(): Uint8Array {
    this.#made += 1;
    return Buffer.from(new SharedArrayBuffer(this.#bufferBytes));
  }

  readonly #endLoan = (loan: Loan): void => {
    this.#loans.delete(loan);
    this.#free.push(loan.bytes);
    this.#serve();
  };

  #wait(share: ShareState, signal: AbortSignal | undefined): Promise<ChunkBuffer> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = { share, resolve, signal, onAbort };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
      this.#watch();
    });
  }

  #serve(): void {
    for (let index = 0; index < this.#waiters.length && this.inUse < this.#buffersMax; ) {
      const waiter = this.#waiters[index];
      if (waiter === undefined || waiter.share.taken >= waiter.share.buffersMax) {
        index += 1;
        continue;
      }
      this.#waiters.splice(index, 1);
      waiter.signal?.removeEventListener('abort', waiter.onAbort);
      waiter.resolve(this.#lend(waiter.share));
    }
  }

  /** Looks for stalled holders for as long as somebody waits. */
  #watch(): void {
    if (this.#isWatching || this.#waiters.length === 0) return;
    this.#isWatching = true;
    this.#round += 1;
    setTimeout(() => {
      this.#isWatching = false;
      this.#askBack();
      this.#watch();
    }, this.#stalledAfterMs).unref();
  }

  /** One stalled holder for each who waits: of the waiter's own share where that is full, else of any. */
  #askBack(): void {
    const stalled = [...this.#loans].filter((loan) => loan.offeredInRound < this.#round);
    for (const { share } of [...this.#waiters]) {
      const isShareFull = share.taken >= share.buffersMax;
      const index = stalled.findIndex((loan) => !isShareFull || loan.share === share);
      if (index >= 0) stalled.splice(index, 1)[0]?.askBack();
    }
  }
}

const NOT_OFFERED = Number.POSITIVE_INFINITY;

class Loan implements ChunkBuffer {
  readonly bytes: Uint8Array;
  readonly share: ShareState;
  offeredInRound = NOT_OFFERED;
  readonly #end: (loan: Loan) => void;
  readonly #round: () => number;
  #onWanted: (() => void) | undefined;
  #isPinned = false;
  #isOver = false;

  constructor(bytes: Uint8Array, share: ShareState, end: (loan: Loan) => void, round: () => number) {
    this.bytes = bytes;
    this.share = share;
    this.#end = end;
    this.#round = round;
  }

  give(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.withdraw();
    this.share.taken -= 1;
    if (this.#isPinned) this.share.pinned -= 1;
    this.#end(this);
  }

  offer(onWanted: () => void): void {
    this.#onWanted = onWanted;
    this.offeredInRound = this.#round();
  }

  withdraw(): void {
    this.offeredInRound = NOT_OFFERED;
  }

  tryPin(): boolean {
    if (this.#isPinned) return true;
    if (this.share.pinned >= this.share.pinnedMax) return false;
    this.share.pinned += 1;
    this.#isPinned = true;
    return true;
  }

  askBack(): void {
    this.withdraw();
    this.#onWanted?.();
  }
}
