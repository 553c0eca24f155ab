import { SESSION_BATCH_BYTES, SESSION_SPARE_BUFFER_BYTES_MAX, SESSION_SPARE_BUFFERS_MAX } from '../limits.ts';
import { ByteWriter } from './byte-writer.ts';
import { FRAME_HEAD_BYTES, sealFrame } from './session-service.ts';

/** The writing half of a gRPC stream of frames. */
export interface FrameSink {
  /** `onWritten` is called once the frame went out. */
  write(frame: Buffer, onWritten: () => void): boolean;
  end(): unknown;
  once(event: 'drain', listener: () => void): unknown;
}

const FRAME_HEAD = Buffer.alloc(FRAME_HEAD_BYTES);

interface SealedFrame {
  readonly frame: Buffer;
  /** Whose memory the frame is. */
  readonly writer: ByteWriter;
}

/**
 * Collects entries and writes them as one frame at the end of the tick, or at once when the batch is large. While the
 * sink takes no more, frames wait: they never grow by that, for a frame above MESSAGE_BYTES_MAX breaks the stream.
 *
 * With `reusesMemory` frames are written into the memory of those that went out. That is for servers: there the library copies a frame
 * before it says that it is written. A client's library may say so before it has looked at the frame.
 */
export class BatchStream {
  readonly #sink: FrameSink;
  readonly #reusesMemory: boolean;
  /** Frames that the sink has not taken yet, oldest first. */
  readonly #sealed: SealedFrame[] = [];
  readonly #spare: ByteWriter[] = [];
  #writer = new ByteWriter();
  #sealedBytes = 0;
  #scheduled = false;
  #blocked = false;
  #ending = false;
  #stopped = false;

  constructor(sink: FrameSink, options: { readonly reusesMemory: boolean }) {
    this.#sink = sink;
    this.#reusesMemory = options.reusesMemory;
    this.#writer.raw(FRAME_HEAD);
  }

  /** Where the next entry is appended; call `schedule` afterwards. */
  get writer(): ByteWriter {
    return this.#writer;
  }

  get unsentBytes(): number {
    return this.#sealedBytes + this.#writer.sizeBytes - FRAME_HEAD_BYTES;
  }

  schedule(): void {
    if (this.#stopped) return;
    if (this.#writer.sizeBytes >= SESSION_BATCH_BYTES) {
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
    const writer = this.#writer;
    if (writer.sizeBytes === FRAME_HEAD_BYTES) return;
    const frame = sealFrame(writer.take());
    this.#sealed.push({ frame, writer });
    this.#sealedBytes += frame.length;
    if (this.#reusesMemory) this.#writer = this.#spare.pop() ?? new ByteWriter();
    this.#writer.raw(FRAME_HEAD);
  }

  #writeSealed(): void {
    for (let next = this.#sealed.shift(); next !== undefined; next = this.#sealed.shift()) {
      const { frame, writer } = next;
      this.#sealedBytes -= frame.length;
      if (this.#sink.write(frame, () => this.#recycle(writer))) continue;
      this.#blocked = true;
      this.#sink.once('drain', () => {
        this.#blocked = false;
        this.flush();
      });
      return;
    }
  }

  #recycle(writer: ByteWriter): void {
    if (!this.#reusesMemory || this.#spare.length >= SESSION_SPARE_BUFFERS_MAX) return;
    if (writer.capacityBytes > SESSION_SPARE_BUFFER_BYTES_MAX) return;
    writer.reuse();
    this.#spare.push(writer);
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false;
    this.flush();
  };
}
