import { DECODED_ROW_BYTES_MAX, DECODED_ROWS_MAX, DECODED_ROWS_SAMPLE } from '../limits.ts';
import { findWrite, type RowWrites, type WriteLayer } from '../write-overlay.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';

export interface DecodedRead<T> {
  readonly name: string;
  /** Writes that lie over the tables, oldest first. */
  readonly layers: readonly WriteLayer[];
  readonly tables: Pick<LmdbEnvironment, 'get'>;
  readonly decode: (value: Buffer) => T;
}

/**
 * What was made of rows, as they are in the store. Whoever has writes laid over the store looks there first: a row that is on its way
 * into the store is forgotten here when it has arrived.
 */
export class DecodedRows {
  readonly #rows = new Map<string, unknown>();
  #unknownReads = 0;

  /**
   * What a row decodes to, as the layers, or else the tables have it. The caller knows the type, since a key is always decoded the same way. Of rows that are not known it
   * remembers all (`everyRead`), or those that come often: most of what is read once is not read again.
   */
  read<T>({ name, layers, tables, decode }: DecodedRead<T>, everyRead: boolean): T | undefined {
    const written = layers.length === 0 ? undefined : findWrite(layers, name);
    if (written === null) return undefined;
    if (written !== undefined) return decode(Buffer.from(written));
    const remembered = this.#rows.get(name);
    if (remembered !== undefined) return remembered as T;
    const row = tables.get(name);
    if (row === undefined) return undefined;
    const decoded = decode(row);
    if (everyRead || this.#comesOften(row)) this.#remember(name, decoded);
    return decoded;
  }

  #comesOften(row: Uint8Array): boolean {
    this.#unknownReads += 1;
    return this.#unknownReads % DECODED_ROWS_SAMPLE === 0 && row.length <= DECODED_ROW_BYTES_MAX;
  }

  #remember(name: string, decoded: unknown): void {
    const oldest = this.#rows.keys().next().value;
    if (this.#rows.size >= DECODED_ROWS_MAX && oldest !== undefined) this.#rows.delete(oldest);
    this.#rows.set(name, decoded);
  }

  /** The store has these now, or may have them. */
  forget(writes: RowWrites): void {
    if (this.#rows.size === 0) return;
    for (const name of writes.keys()) this.#rows.delete(name);
  }
}
