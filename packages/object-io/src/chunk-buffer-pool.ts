/**
 * The one memory budget for object bytes in flight. Buffers lie in shared memory, so that a digest worker reads them where they
 * are. At most `buffersMax` exist; whoever wants one more waits in line, and with it the socket that feeds it.
 */
export interface ChunkBuffer {
  readonly bytes: Uint8Array;
}

interface Waiter {
  readonly resolve: (buffer: ChunkBuffer) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

export class ChunkBufferPool {
  readonly #bufferBytes: number;
  readonly #buffersMax: number;
  readonly #free: ChunkBuffer[] = [];
  readonly #waiters: Waiter[] = [];
  #made = 0;

  constructor(options: { readonly bufferBytes: number; readonly buffersMax: number }) {
    this.#bufferBytes = options.bufferBytes;
    this.#buffersMax = options.buffersMax;
  }

  /** Buffers handed out and not yet given back. */
  get inUse(): number {
    return this.#made - this.#free.length;
  }

  /** A buffer at once, or undefined when all are out. */
  tryTake(): ChunkBuffer | undefined {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made >= this.#buffersMax) return undefined;
    this.#made += 1;
    return { bytes: Buffer.from(new SharedArrayBuffer(this.#bufferBytes)) };
  }

  /** Waits in line for a buffer; rejects with the signal's reason when aborted. */
  take(signal?: AbortSignal): Promise<ChunkBuffer> {
    const free = this.tryTake();
    if (free !== undefined) return Promise.resolve(free);
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = { resolve, reject, signal, onAbort };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** The caller must hold no view of the buffer any more. */
  give(buffer: ChunkBuffer): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) {
      this.#free.push(buffer);
      return;
    }
    waiter.signal?.removeEventListener('abort', waiter.onAbort);
    waiter.resolve(buffer);
  }
}
