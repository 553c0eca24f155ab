import type { Clock } from '../src/index.ts';

/** A clock that stands still but for waits, which it remembers and does not make anybody sit through. */
export class RecordingClock implements Clock {
  readonly waitsMs: number[] = [];
  #nowMs: number;

  constructor(nowMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
  }

  async wait(delayMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waitsMs.push(delayMs);
    this.#nowMs += delayMs;
  }
}
