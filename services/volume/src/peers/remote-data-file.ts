import type { ObjectStorage } from '@needlestack/object-storage';
import type { RecordFile } from '../core/ports.ts';

/** The data of a volume on another store: each read is one ranged request. It cannot be written. */
export class RemoteDataFile implements RecordFile {
  readonly endBytes: number;
  readonly #store: ObjectStorage;
  readonly #key: string;
  readonly #closed = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(store: ObjectStorage, key: string, endBytes: number) {
    this.#store = store;
    this.#key = key;
    this.endBytes = endBytes;
  }

  append(
    _buffers: readonly Uint8Array[],
    _lengthBytes: number,
    _durable: boolean,
    done: (error?: Error) => void,
  ): void {
    done(new Error('the data lies on another store and cannot be written'));
  }

  read(
    target: Uint8Array,
    lengthBytes: number,
    offsetBytes: number,
    done: (error: Error | undefined, bytesRead: number) => void,
  ): void {
    const stopBytes = Math.min(offsetBytes + lengthBytes, this.endBytes);
    const { signal } = this.#closed;
    const reading = this.#store.getRange(this.#key, offsetBytes, stopBytes, { signal }).then(
      (bytes) => {
        target.set(bytes);
        done(undefined, bytes.length);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), 0),
    );
    this.#underWay.add(reading);
    void reading.finally(() => this.#underWay.delete(reading));
  }

  isAtHand(): boolean {
    return false;
  }

  readNow(): never {
    throw new Error('what lies on another store is never at hand');
  }

  async truncateToEnd(): Promise<void> {
    // Nothing can be behind the end of what is never written.
  }

  async sync(): Promise<void> {
    // The object was on stable storage when its upload was complete.
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the volume file is closed'));
    await Promise.allSettled(this.#underWay);
  }
}
