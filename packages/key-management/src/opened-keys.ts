import { OPENED_KEYS_MAX } from './limits.ts';

/** Data keys that were opened lately, by their envelopes: one that is the same to the byte opens to the same keys. */
export class OpenedKeys {
  readonly #opened = new Map<string, readonly Uint8Array[]>();

  /** The keys of an envelope; opened, and then remembered in the place of the oldest, when they are not known. */
  get(envelope: Uint8Array, open: () => readonly Uint8Array[]): readonly Uint8Array[] {
    const name = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.length).toString('latin1');
    const known = this.#opened.get(name);
    if (known !== undefined) return known;
    const keys = open();
    const oldest = this.#opened.keys().next().value;
    if (this.#opened.size >= OPENED_KEYS_MAX && oldest !== undefined) this.#opened.delete(oldest);
    this.#opened.set(name, keys);
    return keys;
  }
}
