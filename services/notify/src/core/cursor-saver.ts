/**
 * Tells the catalog how far a consumer is, not for every row: a cursor that lags only means that some rows are read again after a crash, and
 * their events have the same ids.
 */
import { CURSOR_SAVE_INTERVAL_MS } from './limits.ts';
import { lowerSeq } from './lower-seq.ts';
import type { Clock, OutboxPort } from './ports.ts';

export interface CursorSaverParts {
  readonly outbox: Pick<OutboxPort, 'advanceOutboxCursor'>;
  /** Consumers that move together. */
  readonly consumers: readonly string[];
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly onSaved: (seq: bigint) => void;
}

export class CursorSaver {
  readonly #parts: CursorSaverParts;
  #saved: bigint;
  #wanted: bigint;
  #savedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: CursorSaverParts, startSeq: bigint) {
    this.#parts = parts;
    this.#saved = startSeq;
    this.#wanted = startSeq;
  }

  /** Where the consumer would begin after a crash now. */
  get cursor(): bigint {
    return lowerSeq(this.#saved, this.#wanted);
  }

  get isSaved(): boolean {
    return this.#saved === this.#wanted;
  }

  /** Notes how far the consumer is, and saves it when the last save is long enough ago. */
  async offer(seq: bigint): Promise<void> {
    this.#wanted = seq;
    const elapsedMs = this.#parts.clock.nowMs() - this.#savedAtMs;
    // A clock that was set back must not keep the cursor from being saved.
    if (elapsedMs >= CURSOR_SAVE_INTERVAL_MS || elapsedMs < 0) await this.flush();
  }

  /** Saves what was noted last. */
  async flush(): Promise<void> {
    if (this.isSaved) return;
    const seq = this.#wanted;
    for (const consumer of this.#parts.consumers) await this.#parts.outbox.advanceOutboxCursor(consumer, seq);
    this.#saved = seq;
    this.#savedAtMs = this.#parts.clock.nowMs();
    this.#parts.onSaved(seq);
  }
}
