import { SESSION_BATCH_BYTES } from '../limits.ts';
import { ByteWriter } from './byte-writer.ts';
import { FRAME_HEAD_BYTES, sealFrame } from './session-service.ts';

/** The writing half of a gRPC stream of frames. */
export interface FrameSink {
  write(frame: Buffer): boolean;
  end(): unknown;
  once(event: 'drain', listener: () => void): unknown;
}

const FRAME_HEAD = Buffer.alloc(FRAME_HEAD_BYTES);

/**
 * Collects entries and writes them as one frame at the end of the tick, or at once when the batch is large. While the
 * sink takes no more, the batch grows.
 */
export class BatchStream {
  /** Where entries are appended; call `schedule` afterwards. */
  readonly writer = new ByteWriter();
  readonly #sink: FrameSink;
  #scheduled = false;
  #blocked = false;
  #ending = false;
  #stopped = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
    this.writer.raw(FRAME_HEAD);
  }

  get unsentBytes(): number {
    return this.writer.sizeBytes - FRAME_HEAD_BYTES;
  }

  schedule(): void {
    if (this.#stopped || this.#blocked) return;
    if (this.writer.sizeBytes >= SESSION_BATCH_BYTES) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(this.#flushScheduled);
    }
  }

  /** Writes what there is, unless the sink is full. */
  flush(): void {
    if (this.#stopped || this.#blocked) return;
    if (this.unsentBytes > 0) {
      const frame = sealFrame(this.writer.take());
      this.writer.raw(FRAME_HEAD);
      if (!this.#sink.write(frame)) {
        this.#blocked = true;
        this.#sink.once('drain', () => {
          this.#blocked = false;
          this.flush();
        });
      }
    }
    if (this.#ending && this.unsentBytes === 0) {
      this.#stopped = true;
      this.#sink.end();
    }
  }

  /** Ends the sink after everything was written. */
  end(): void {
    this.#ending = true;
    this.schedule();
  }

  /** Writes nothing any more. */
  stop(): void {
    this.#stopped = true;
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false;
    this.flush();
  };
}
