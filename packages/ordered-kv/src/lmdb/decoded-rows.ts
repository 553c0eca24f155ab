import { DECODED_ROW_BYTES_MAX, DECODED_ROWS_MAX, DECODED_ROWS_SAMPLE } from '../limits.ts';
import type { RowWrites } from '../write-overlay.ts';

/**
 * What was made of rows, as they are in the store. Whoever has writes laid over the store looks there first: a row that is on its way
 * into the store is forgotten here when it has arrived.
 */
export class DecodedRows {
  readonly #rows = new Map<string, unknown>();
  #unknownReads = 0;

  /** `undefined` when it is not known; the caller knows the type, since a key is always decoded the same way. */
  get(name: string): unknown {
    return this.#rows.get(name);
  }

  remember(name: string, decoded: unknown): void {
    const oldest = this.#rows.keys().next().value;
    if (this.#rows.size >= DECODED_ROWS_MAX && oldest !== undefined) this.#rows.delete(oldest);
    this.#rows.set(name, decoded);
  }

  /** Remembers it if it comes often: most of what is read once is not read again. */
  rememberSome(name: string, row: Uint8Array, decoded: unknown): void {
    this.#unknownReads += 1;
    if (this.#unknownReads % DECODED_ROWS_SAMPLE === 0 && row.length <= DECODED_ROW_BYTES_MAX)
      this.remember(name, decoded);
  }

  /** The store has these now, or may have them. */
  forget(writes: RowWrites): void {
    if (this.#rows.size === 0) return;
    for (const name of writes.keys()) this.#rows.delete(name);
  }
}
