/**
 * Takes one target's entries from its queue to the receiver.
 *
 * - D1 An entry is acknowledged only after the receiver took it or it is a dead letter on stable storage.
 * - D2 Within a lane one entry is under way at a time; a retried entry keeps its place. So order holds per bucket and key.
 * - D3 While a path has a dead letter, later events of that path become dead letters behind it.
 * - D4 A replay delivers the letters of a path in order, in its lane, and each stays a letter until it is delivered.
 */
import { backoffMs } from './backoff.ts';
import type { DeliveryOutcome, Failure } from './delivery-outcome.ts';
import { ExclusiveLane } from './exclusive-lane.ts';
import { DEAD_LETTERS_MAX, ERROR_DETAIL_CHARS_MAX, LANES, QUEUE_RETRY_MS, RETRY_AFTER_MAX_MS } from './limits.ts';
import type { Clock, DeadLetterStore, DeliveryEvents, DeliveryQueue, Random, Target } from './ports.ts';
import { laneOf, orderingPath, type QueueEntry } from './queue-entry.ts';
import type { SendPermits } from './send-permits.ts';
import type { TargetGate } from './target-gate.ts';

export interface TargetDeliveryParts {
  readonly targetId: string;
  readonly target: Target;
  readonly queue: DeliveryQueue;
  readonly deadLetters: DeadLetterStore;
  readonly gate: TargetGate;
  readonly permits: SendPermits;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: DeliveryEvents;
  readonly retry: RetryPolicy;
}

export interface RetryPolicy {
  /** First delay's ceiling; doubles with each failure. */
  readonly baseMs: number;
  /** Retries before the event is parked; 0: no end. */
  readonly retriesMax: number;
}

/** How a delivery ends before its time. */
export interface DeliverySignals {
  /** No new attempt is begun. */
  readonly stop: AbortSignal;
  /** Attempts under way are given up too; whether the receiver took them stays unknown. */
  readonly cut: AbortSignal;
}

/** The delivery stopped because the service does; the entry stays where it is. */
export class DeliveryInterrupted extends Error {
  override readonly name = 'DeliveryInterrupted';
}

type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly failure: Failure; readonly retryCount: number };

export class TargetDelivery {
  readonly #parts: TargetDeliveryParts;
  readonly #lanes: readonly ExclusiveLane[] = Array.from({ length: LANES }, () => new ExclusiveLane());

  constructor(parts: TargetDeliveryParts) {
    this.#parts = parts;
  }

  /** Delivers until it is told to stop; resolves when nothing is under way any more. */
  async run(until: DeliverySignals): Promise<void> {
    await Promise.all(
      this.#lanes.map((lane, index) =>
        this.#parts.queue.consume(index, (entry) => lane.run(() => this.#handleOrReport(entry, until)), until.stop),
      ),
    );
  }

  /**
   * Delivers the letters of the same path as this one, oldest first, until none is left or one is refused again. Returns how many were
   * delivered; 0 when the letter is gone.
   */
  async replay(eventId: string, until: DeliverySignals): Promise<number> {
    const { deadLetters } = this.#parts;
    const letter = await deadLetters.get(eventId);
    if (letter === undefined) return 0;
    const path = orderingPath(letter.entry);
    let delivered = 0;
    for (;;) {
      const went = await this.#lane(letter.entry).run(() => this.#replayOldest(path, until));
      if (!went) return delivered;
      delivered += 1;
    }
  }

  /** Drops one letter. Later events of its path are delivered again once no letter of the path is left. */
  async discard(eventId: string): Promise<boolean> {
    const { deadLetters } = this.#parts;
    const letter = await deadLetters.get(eventId);
    if (letter === undefined) return false;
    await this.#lane(letter.entry).run(() => deadLetters.remove(eventId));
    return true;
  }

  #lane(entry: QueueEntry): ExclusiveLane {
    return this.#lanes[laneOf(entry)] ?? new ExclusiveLane();
  }

  async #handleOrReport(entry: QueueEntry, until: DeliverySignals): Promise<void> {
    try {
      await this.#handle(entry, until);
    } catch (error) {
      if (!(error instanceof DeliveryInterrupted)) {
        this.#parts.events.stepFailed(this.#parts.targetId, 'deliver an entry', error);
      }
      throw error;
    }
  }

  async #handle(entry: QueueEntry, until: DeliverySignals): Promise<void> {
    const { deadLetters, events, targetId } = this.#parts;
    if (deadLetters.idsOfPath(orderingPath(entry)).length > 0) {
      const detail = 'an earlier event of this key is a dead letter';
      await this.#park(entry, { reason: 'behind_parked', detail }, 0, until);
      return;
    }
    const verdict = await this.#attemptUntilSettled(entry, until);
    if (verdict.kind === 'refused') await this.#park(entry, verdict.failure, verdict.retryCount, until);
    else events.entryDelivered(targetId, entry);
  }

  async #replayOldest(path: string, until: DeliverySignals): Promise<boolean> {
    const { deadLetters, events, targetId } = this.#parts;
    const [eventId] = deadLetters.idsOfPath(path);
    if (eventId === undefined) return false;
    const letter = await deadLetters.get(eventId);
    if (letter === undefined) return false;
    const verdict = await this.#attemptUntilSettled(letter.entry, until);
    if (verdict.kind === 'refused') return false;
    events.entryDelivered(targetId, letter.entry);
    await deadLetters.remove(eventId);
    return true;
  }

  async #attemptUntilSettled(entry: QueueEntry, until: DeliverySignals): Promise<Verdict> {
    const { gate, permits, target, targetId, events, retry } = this.#parts;
    for (let failures = 0; ; ) {
      await gate.whenOpen(until.stop);
      if (until.stop.aborted) throw new DeliveryInterrupted();
      // Looked at again inside: while many lanes waited for a permit, the first may have closed the gate.
      const outcome = await permits.run(targetId, async () =>
        gate.isOpen && !until.stop.aborted ? await this.#send(target, entry, until.cut) : undefined,
      );
      if (outcome === undefined) continue;
      switch (outcome.kind) {
        case 'delivered':
          gate.markReached();
          return { kind: 'delivered' };
        case 'park':
          gate.markReached();
          return { kind: 'refused', failure: outcome, retryCount: failures };
        case 'pause':
          if (gate.pause(outcome)) events.targetPaused(targetId, outcome);
          continue;
        case 'retry':
          failures += 1;
          gate.markUnreachable(outcome);
          if (retry.retriesMax > 0 && failures > retry.retriesMax) {
            const detail = `${outcome.reason}: ${outcome.detail}`;
            return { kind: 'refused', failure: { reason: 'retries_exhausted', detail }, retryCount: failures - 1 };
          }
          events.entryRetried(targetId, entry, outcome);
          await this.#waitBeforeRetry(failures, outcome.retryAfterMs, until.stop);
      }
    }
  }

  async #send(target: Target, entry: QueueEntry, cut: AbortSignal): Promise<DeliveryOutcome> {
    try {
      return await target.send(entry, cut);
    } catch (error) {
      if (cut.aborted) throw new DeliveryInterrupted();
      this.#parts.events.stepFailed(this.#parts.targetId, 'send', error);
      return { kind: 'retry', reason: 'connection_lost', detail: 'the attempt ended with an unexpected error' };
    }
  }

  /** A success elsewhere ends the wait of those who found the target out of reach; an explicit Retry-After is kept. */
  async #waitBeforeRetry(failures: number, retryAfterMs: number | undefined, stop: AbortSignal): Promise<void> {
    const { clock, random, gate, retry } = this.#parts;
    if (retryAfterMs !== undefined) {
      await clock.sleep(Math.min(retryAfterMs, RETRY_AFTER_MAX_MS), stop);
      return;
    }
    const done = new AbortController();
    const over = AbortSignal.any([stop, done.signal]);
    await Promise.race([clock.sleep(backoffMs(failures, retry.baseMs, random), over), gate.nextChange(over)]);
    done.abort();
  }

  async #park(entry: QueueEntry, failure: Failure, retryCount: number, until: DeliverySignals): Promise<void> {
    const { deadLetters, gate, clock, events, targetId } = this.#parts;
    while (deadLetters.count() >= DEAD_LETTERS_MAX) {
      const full: Failure = { reason: 'dead_letters_full', detail: `${DEAD_LETTERS_MAX} dead letters are kept` };
      if (gate.pause(full)) events.targetPaused(targetId, full);
      await gate.whenOpen(until.stop);
      if (until.stop.aborted) throw new DeliveryInterrupted();
    }
    const letter = {
      entry,
      reason: failure.reason,
      detail: failure.detail.slice(0, ERROR_DETAIL_CHARS_MAX),
      retryCount,
      failedAtMs: clock.nowMs(),
    };
    for (;;) {
      try {
        await deadLetters.add(letter);
        break;
      } catch (error) {
        events.stepFailed(targetId, 'keep a dead letter', error);
        await clock.sleep(QUEUE_RETRY_MS, until.stop);
        if (until.stop.aborted) throw new DeliveryInterrupted();
      }
    }
    events.entryParked(targetId, letter);
  }
}
