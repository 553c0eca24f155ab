import { type BigIntStats, close, fstat, open, read } from 'node:fs';
import { promisify } from 'node:util';

const openFile = promisify(open);
const closeFile = promisify(close);
const statFile: (descriptor: number, options: { readonly bigint: true }) => Promise<BigIntStats> = promisify(fstat);
const readFile = promisify(read);

/** Closes what nobody holds any more. */
const ABANDONED = new FinalizationRegistry<number>((descriptor) => close(descriptor));

/**
 * A file that may be dropped without being closed: a body that nobody reads is no fault of its reader, and Node ends a process that leaves
 * one of its own handles to the garbage collector.
 */
export class ReadOnlyFile implements AsyncDisposable {
  readonly #descriptor: number;
  #isOpen = true;

  /** @throws the system's error */
  static async open(path: string): Promise<ReadOnlyFile> {
    return new ReadOnlyFile(await openFile(path, 'r'));
  }

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
    ABANDONED.register(this, descriptor, this);
  }

  stat(): Promise<BigIntStats> {
    return statFile(this.#descriptor, { bigint: true });
  }

  /** Resolves with how many bytes were read; 0 at the end. */
  async read(target: Buffer, atBytes: number): Promise<number> {
    const { bytesRead } = await readFile(this.#descriptor, target, 0, target.length, atBytes);
    return bytesRead;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    ABANDONED.unregister(this);
    await closeFile(this.#descriptor);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
