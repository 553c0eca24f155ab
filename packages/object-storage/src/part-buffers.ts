/** A fixed number of buffers of one length, made when first needed and used again and again. */
export class PartBuffers {
  readonly #buffersMax: number;
  readonly #idle: Buffer[] = [];
  readonly #waiting: ((buffer: Buffer) => void)[] = [];
  #sizeBytes: number;
  #made = 0;

  constructor(buffersMax: number, sizeBytes: number) {
    this.#buffersMax = buffersMax;
    this.#sizeBytes = sizeBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Buffers taken from now on are longer; those of the old length are let go as they come back. */
  grow(sizeBytes: number): void {
    this.#sizeBytes = sizeBytes;
    this.#made -= this.#idle.length;
    this.#idle.length = 0;
  }

  /** Undefined when all are out. */
  tryTake(): Buffer | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#made >= this.#buffersMax) return undefined;
    this.#made += 1;
    return Buffer.allocUnsafeSlow(this.#sizeBytes);
  }

  /** Resolves when one comes back. */
  take(): Promise<Buffer> {
    const buffer = this.tryTake();
    if (buffer !== undefined) return Promise.resolve(buffer);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Nobody may look at the buffer any more. */
  giveBack(buffer: Buffer): void {
    const fitting = buffer.length === this.#sizeBytes ? buffer : Buffer.allocUnsafeSlow(this.#sizeBytes);
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(fitting);
    else next(fitting);
  }
}
