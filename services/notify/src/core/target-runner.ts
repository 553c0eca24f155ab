/** One configured target at work: its pump, its lanes, its state. Nothing it does can hold up another target. */
import type { DeliveryOutcome } from './delivery-outcome.ts';
import { DEAD_LETTERS_PER_PAGE_MAX, PROBE_TIMEOUT_MS } from './limits.ts';
import { NotifyError } from './notify-error.ts';
import type { DeadLetter, DeadLetterStore, DeliveryEvents, DeliveryQueue, Target } from './ports.ts';
import type { QueueEntry } from './queue-entry.ts';
import { DeliveryInterrupted, type TargetDelivery } from './target-delivery.ts';
import type { TargetCondition, TargetGate } from './target-gate.ts';
import type { TargetPump } from './target-pump.ts';

export interface TargetRunnerParts {
  readonly targetId: string;
  readonly target: Target;
  readonly queue: DeliveryQueue;
  readonly deadLetters: DeadLetterStore;
  readonly gate: TargetGate;
  readonly pump: TargetPump;
  readonly delivery: TargetDelivery;
  readonly events: DeliveryEvents;
}

export class TargetRunner {
  readonly targetId: string;
  readonly #parts: TargetRunnerParts;
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  readonly #running: Promise<unknown>;
  /** Resolves when it works no longer: closed, or its queue is lost to another process. Close it then. */
  readonly finished: Promise<void>;
  #closed: Promise<void> | undefined;

  /** Starts at once. */
  constructor(parts: TargetRunnerParts) {
    this.targetId = parts.targetId;
    this.#parts = parts;
    const loops = [
      parts.pump.run(this.#stop.signal),
      parts.delivery.run({ stop: this.#stop.signal, cut: this.#cut.signal }),
      this.probe(this.#stop.signal),
    ];
    this.#running = Promise.allSettled(loops);
    // A defect in one loop must be seen, and must not end the process that serves the other targets.
    this.finished = Promise.race(loops.slice(0, 2)).then(
      () => undefined,
      (error: unknown) => parts.events.stepFailed(parts.targetId, 'run', error),
    );
  }

  /** What keeps events waiting comes first: the gate's state, else a queue that takes no more. */
  condition(): TargetCondition {
    const { gate, pump } = this.#parts;
    const blockedBy = pump.blockedBy;
    if (gate.condition.state === 'online' && blockedBy !== undefined) return { state: 'offline', reason: blockedBy };
    return gate.condition;
  }

  get cursor(): bigint {
    return this.#parts.pump.cursor;
  }

  queueDepth(): number {
    return this.#parts.queue.depth();
  }

  oldestQueuedAtMs(): number | undefined {
    return this.#parts.queue.oldestQueuedAtMs();
  }

  deadLetterCount(): number {
    return this.#parts.deadLetters.count();
  }

  pause(): void {
    const failure = { reason: 'paused_by_operator', detail: '' } as const;
    if (this.#parts.gate.pause(failure)) this.#parts.events.targetPaused(this.targetId, failure);
  }

  resume(): void {
    if (this.#parts.gate.resume()) this.#parts.events.targetResumed(this.targetId);
  }

  /** Throws NotifyError `invalid-argument` when `seq` lies ahead of the cursor: events would be skipped. */
  rewind(seq: bigint): void {
    if (seq > this.cursor) throw new NotifyError('invalid-argument', `the cursor ${this.cursor} is before ${seq}`);
    this.#parts.pump.rewind(seq);
  }

  /** Asks the receiver whether it is there, and sets the state by the answer. */
  async probe(signal: AbortSignal): Promise<TargetCondition> {
    const { target, gate } = this.#parts;
    const failure = await target.probe(AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]));
    if (failure === undefined) gate.markReached();
    else gate.markUnreachable(failure);
    return gate.condition;
  }

  /** One attempt outside the queue, whatever the state. */
  testSend(entry: QueueEntry, signal: AbortSignal): Promise<DeliveryOutcome> {
    return this.#parts.target.send(entry, AbortSignal.any([signal, this.#stop.signal]));
  }

  listDeadLetters(afterSeq: bigint, max: number): Promise<readonly DeadLetter[]> {
    const bounded = Math.min(Math.max(max, 1), DEAD_LETTERS_PER_PAGE_MAX);
    return this.#parts.deadLetters.list({ afterSeq, max: bounded });
  }

  /**
   * Returns how many letters were delivered: this one and later ones of its key. Throws NotifyError `unavailable` while the target is paused,
   * `shutting-down` when it is interrupted.
   */
  async replayDeadLetter(eventId: string, signal: AbortSignal): Promise<number> {
    if (!this.#parts.gate.isOpen) throw new NotifyError('unavailable', `${this.targetId} is paused; resume it first`);
    const stop = AbortSignal.any([signal, this.#stop.signal]);
    try {
      return await this.#parts.delivery.replay(eventId, { stop, cut: this.#cut.signal });
    } catch (error) {
      if (!(error instanceof DeliveryInterrupted)) throw error;
      throw new NotifyError(
        'shutting-down',
        'the replay was interrupted; what was not delivered is still a dead letter',
      );
    }
  }

  /** Returns false when there is no such letter. */
  discardDeadLetter(eventId: string): Promise<boolean> {
    return this.#parts.delivery.discard(eventId);
  }

  /** Throws NotifyError `unknown-dead-letter`. */
  async requireDeadLetter(eventId: string): Promise<void> {
    if ((await this.#parts.deadLetters.get(eventId)) === undefined) {
      throw new NotifyError('unknown-dead-letter', `${this.targetId} has no dead letter ${eventId}`);
    }
  }

  /**
   * Begins nothing new, waits for sends under way until the deadline aborts (at once without one), closes the parts. Safe to call twice.
   */
  close(deadline: AbortSignal = AbortSignal.abort()): Promise<void> {
    const cut = (): void => this.#cut.abort();
    if (deadline.aborted) cut();
    else deadline.addEventListener('abort', cut, { once: true });
    this.#closed ??= this.#closeParts();
    return this.#closed;
  }

  async #closeParts(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#parts.pump.saveAtLast();
    await this.#parts.queue.close();
    await this.#parts.deadLetters.close();
    await this.#parts.target.close();
  }
}
