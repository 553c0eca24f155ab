/**
 * Writes that are not in the store yet, laid over it. Keys are held as strings of one character per byte (latin1): they hash
 * fast and compare in byte order.
 */

/** Rows to write by key; `null` stands for a deletion. */
export type RowWrites = ReadonlyMap<string, Uint8Array | null>;

export interface OverlayRow {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** Up to so many keys are put into their places one by one; more are sorted with the others. */
const INSERTED_KEYS_MAX = 64;

/** Writes of one or of many transactions, the newest of each key. A key that is in a layer stays in it. */
export class WriteLayer {
  readonly rows = new Map<string, Uint8Array | null>();
  readonly #sortedKeys: string[] = [];
  /** Gives the keys in the order in which they came, each once. Never asked beyond the last, after which it would give no new ones. */
  readonly #arrivals = this.rows.keys();

  /** All keys in order: sorted when first asked for, kept in order after that. */
  sortedKeys(): readonly string[] {
    const sorted = this.#sortedKeys;
    const fresh = this.rows.size - sorted.length;
    if (fresh === 0) return sorted;
    const areInserted = fresh <= INSERTED_KEYS_MAX && sorted.length > 0;
    for (let count = 0; count < fresh; count += 1) {
      const key = this.#arrivals.next().value ?? '';
      if (areInserted) sorted.splice(placeOf(sorted, key), 0, key);
      else sorted.push(key);
    }
    if (!areInserted) sorted.sort(compareKeys);
    return sorted;
  }
}

const compareKeys = (a: string, b: string): number => (a < b ? -1 : 1);

/** How many of the sorted keys come before this one. */
function placeOf(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The newest write to a key in layers from old to new; undefined when none has one. */
export function findWrite(layers: readonly WriteLayer[], key: string): Uint8Array | null | undefined {
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    const value = layers[i]?.rows.get(key);
    if (value !== undefined) return value;
  }
  return undefined;
}

interface LayerPlace {
  readonly layer: WriteLayer;
  readonly keys: readonly string[];
  /** Of the next key; behind the last one, or before the first, there is none. */
  at: number;
}

/** Walks through the writes in [start, end), the newest of each key, in key order or backwards. */
export class OverlayCursor {
  readonly #start: string;
  readonly #end: string;
  readonly #step: 1 | -1;
  readonly #places: LayerPlace[] = [];
  /** The row that the cursor stands at; undefined behind the last one. */
  row: OverlayRow | undefined;

  /** `layers` from old to new. They must not change while the cursor is in use. */
  constructor(layers: readonly WriteLayer[], start: string, end: string, reverse: boolean) {
    this.#start = start;
    this.#end = end;
    this.#step = reverse ? -1 : 1;
    for (const layer of layers) {
      if (layer.rows.size === 0) continue;
      const keys = layer.sortedKeys();
      const at = reverse ? placeOf(keys, end) - 1 : placeOf(keys, start);
      if (this.#keyAt(keys, at) !== undefined) this.#places.push({ layer, keys, at });
    }
    this.advance();
  }

  advance(): void {
    let next: string | undefined;
    for (const { keys, at } of this.#places) {
      const key = this.#keyAt(keys, at);
      if (key !== undefined && (next === undefined || (this.#step === 1 ? key < next : key > next))) next = key;
    }
    if (next === undefined) {
      this.row = undefined;
      return;
    }
    let value: Uint8Array | null = null;
    for (const place of this.#places) {
      if (place.keys[place.at] !== next) continue;
      value = place.layer.rows.get(next) ?? null;
      place.at += this.#step;
    }
    this.row = { key: next, value };
  }

  /** Goes on to the first row from a key on, which lies ahead. Not for a cursor that goes backwards. */
  seek(key: string): void {
    if (this.row !== undefined && this.row.key >= key) return;
    for (const place of this.#places) place.at = Math.max(place.at, placeOf(place.keys, key));
    this.advance();
  }

  #keyAt(keys: readonly string[], at: number): string | undefined {
    const key = keys[at];
    return key !== undefined && key >= this.#start && key < this.#end ? key : undefined;
  }
}

/** All writes in [start, end), the newest of each key, in key order or backwards. */
export function collectWrites(
  layers: readonly WriteLayer[],
  start: string,
  end: string,
  reverse: boolean,
): OverlayRow[] {
  const rows: OverlayRow[] = [];
  const cursor = new OverlayCursor(layers, start, end, reverse);
  for (; cursor.row !== undefined; cursor.advance()) rows.push(cursor.row);
  return rows;
}
