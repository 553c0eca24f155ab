/** Memory that request bodies may take together. Whoever finds no room waits its turn, before its body is read from the socket. */
export class ByteBudget {
  readonly bytesMax: number;
  #takenBytes = 0;
  readonly #waiting: { readonly bytes: number; readonly resume: () => void }[] = [];

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** Takes room for so many bytes, but never more than the whole budget. Undefined when there is none now; else gives it back when called. */
  takeNow(wantedBytes: number): (() => void) | undefined {
    const bytes = Math.min(wantedBytes, this.bytesMax);
    if (this.#waiting.length > 0 || this.#takenBytes + bytes > this.bytesMax) return undefined;
    this.#takenBytes += bytes;
    return this.#giverOf(bytes);
  }

  /** The same, settling when there is room. */
  async take(wantedBytes: number): Promise<() => void> {
    const bytes = Math.min(wantedBytes, this.bytesMax);
    const taken = this.takeNow(bytes);
    if (taken !== undefined) return taken;
    await new Promise<void>((resume) => this.#waiting.push({ bytes, resume }));
    return this.#giverOf(bytes);
  }

  #giverOf(bytes: number): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#takenBytes -= bytes;
      this.#admit();
    };
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#takenBytes + next.bytes > this.bytesMax) return;
      this.#waiting.shift();
      this.#takenBytes += next.bytes;
      next.resume();
    }
  }
}
