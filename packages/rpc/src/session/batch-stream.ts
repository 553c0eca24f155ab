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
 * sink takes no more, frames wait: they never grow by that, for a frame above MESSAGE_BYTES_MAX breaks the stream.
 */
export class BatchStream {
  /** Where entries are appended; call `schedule` afterwards. */
  readonly writer = new ByteWriter();
  readonly #sink: FrameSink;
  /** Frames that the sink has not taken yet, oldest first. */
  readonly #sealed: Buffer[] = [];
  #sealedBytes = 0;
  #scheduled = false;
  #blocked = false;
  #ending = false;
  #stopped = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
    this.writer.raw(FRAME_HEAD);
  }

  get unsentBytes(): number {
    return this.#sealedBytes + this.writer.sizeBytes - FRAME_HEAD_BYTES;
  }

  schedule(): void {
    if (this.#stopped) return;
    if (this.writer.sizeBytes >= SESSION_BATCH_BYTES) {
      this.#seal();
      this.flush();
    } else if (!this.#blocked && !this.#scheduled) {
      this.#scheduled = true;
      setImmediate(this.#flushScheduled);
    }
  }

  /** Writes what there is, unless the sink is full. */
  flush(): void {
    if (this.#stopped || this.#blocked) return;
    this.#seal();
    this.#writeSealed();
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

  #seal(): void {
    if (this.writer.sizeBytes === FRAME_HEAD_BYTES) return;
    const frame = sealFrame(this.writer.take());
    this.writer.raw(FRAME_HEAD);
    this.#sealed.push(frame);
    this.#sealedBytes += frame.length;
  }

  #writeSealed(): void {
    for (let frame = this.#sealed.shift(); frame !== undefined; frame = this.#sealed.shift()) {
      this.#sealedBytes -= frame.length;
      if (this.#sink.write(frame)) continue;
      this.#blocked = true;
      this.#sink.once('drain', () => {
        this.#blocked = false;
        this.flush();
      });
      return;
    }
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false;
    this.flush();
  };
}
