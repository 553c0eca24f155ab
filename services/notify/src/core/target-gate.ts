/**
 * Whether a target may be sent to, and how it is doing.
 *
 * | state    | meaning                                             | left by                      |
 * |----------|-----------------------------------------------------|------------------------------|
 * | online   | the last attempt or probe reached it                | a failure                    |
 * | offline  | it cannot be reached or asks to come back later     | the next success             |
 * | paused   | nothing is sent until somebody resumes it           | resume                       |
 */
import type { Failure, FailureReason } from './delivery-outcome.ts';

export interface TargetCondition {
  readonly state: 'online' | 'offline' | 'paused';
  readonly reason?: FailureReason;
  readonly detail?: string;
}

export class TargetGate {
  #condition: TargetCondition = { state: 'online' };
  #changed = Promise.withResolvers<void>();

  get condition(): TargetCondition {
    return this.#condition;
  }

  get isOpen(): boolean {
    return this.#condition.state !== 'paused';
  }

  /** Resolves when sending is allowed, or when the signal aborts. */
  async whenOpen(signal: AbortSignal): Promise<void> {
    while (!this.isOpen && !signal.aborted) await this.nextChange(signal);
  }

  /** Resolves at the next change that may let a waiting attempt succeed, or when the signal aborts. */
  async nextChange(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const aborted = Promise.withResolvers<void>();
    const onAbort = (): void => aborted.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([this.#changed.promise, aborted.promise]);
    signal.removeEventListener('abort', onAbort);
  }

  /** An attempt or a probe got through. Wakes attempts that wait because the target was out of reach. */
  markReached(): void {
    if (this.#condition.state === 'offline') this.#set({ state: 'online' });
  }

  markUnreachable(failure: Failure): void {
    // Not announced: those who wait for a change wait for something better.
    if (this.isOpen) this.#condition = { state: 'offline', reason: failure.reason, detail: failure.detail };
  }

  /** Returns false when it was paused already; the first reason stands. */
  pause(failure: Failure): boolean {
    if (!this.isOpen) return false;
    this.#set({ state: 'paused', reason: failure.reason, detail: failure.detail });
    return true;
  }

  /** Returns false when it was not paused. */
  resume(): boolean {
    if (this.isOpen) return false;
    this.#set({ state: 'online' });
    return true;
  }

  #set(condition: TargetCondition): void {
    this.#condition = condition;
    const changed = this.#changed;
    this.#changed = Promise.withResolvers();
    changed.resolve();
  }
}
