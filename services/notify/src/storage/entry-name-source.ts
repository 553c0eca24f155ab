/**
 * Names of queue files: UUIDv7, so that the order of names is the order of storing. Ids of one source rise strictly, also when the clock
 * stands still or goes back, and go on above `floorName` after a restart.
 */
import type { Clock } from '../core/ports.ts';

const COUNTER_MAX = 0xfff;

export class EntryNameSource {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #randomBytes: (count: number) => Buffer;
  #lastMs = 0;
  #counter = 0;

  /** @param floorName greatest name in use; undefined when there is none. */
  constructor(clock: Pick<Clock, 'nowMs'>, randomBytes: (count: number) => Buffer, floorName: string | undefined) {
    this.#clock = clock;
    this.#randomBytes = randomBytes;
    const floorMs = Number.parseInt((floorName ?? '').replaceAll('-', '').slice(0, 12), 16);
    if (Number.isFinite(floorMs)) {
      this.#lastMs = floorMs;
      this.#counter = COUNTER_MAX;
    }
  }

  /** A lower-case UUIDv7 with a counter in the 12 bits after the version (RFC 9562, section 6.2, method 1). */
  next(): string {
    const nowMs = this.#clock.nowMs();
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      this.#counter = 0;
    } else if (this.#counter < COUNTER_MAX) {
      this.#counter += 1;
    } else {
      this.#lastMs += 1;
      this.#counter = 0;
    }
    const time = this.#lastMs.toString(16).padStart(12, '0');
    const counter = this.#counter.toString(16).padStart(3, '0');
    const tail = this.#randomBytes(8);
    tail.writeUInt8((tail.readUInt8(0) & 0x3f) | 0x80, 0);
    const random = tail.toString('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${random.slice(0, 4)}-${random.slice(4)}`;
  }
}
