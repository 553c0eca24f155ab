/** Seqs of what was taken from the log and is not yet delivered; answers which is the lowest. */
export class PendingSeqs {
  /** In rising order of seq, which is the order of insertion but for a rewind. */
  #seqs = new Map<string, bigint>();
  #highest = -1n;

  add(eventId: string, seq: bigint): void {
    if (this.#seqs.has(eventId)) return;
    this.#seqs.set(eventId, seq);
    if (seq >= this.#highest) this.#highest = seq;
    else this.#sort();
  }

  delete(eventId: string): void {
    this.#seqs.delete(eventId);
  }

  lowest(): bigint | undefined {
    return this.#seqs.values().next().value;
  }

  #sort(): void {
    this.#seqs = new Map([...this.#seqs].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }
}
