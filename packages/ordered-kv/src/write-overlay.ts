/**
 * Writes that are not in the store yet, laid over it. Keys are held as strings of one character per byte (latin1): they hash
 * fast and compare in byte order.
 */

/** `null` stands for a deletion. */
export type WriteLayer = Map<string, Uint8Array | null>;

export interface OverlayRow {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** The newest write to a key in layers from old to new; undefined when none has one. */
export function findWrite(layers: readonly WriteLayer[], key: string): Uint8Array | null | undefined {
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    const value = layers[i]?.get(key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** All writes in [start, end), newest only, in key order (or backwards). */
export function collectWrites(
  layers: readonly WriteLayer[],
  start: string,
  end: string,
  reverse: boolean,
): OverlayRow[] {
  let found: WriteLayer | undefined;
  for (const layer of layers) {
    for (const [key, value] of layer) {
      if (key < start || key >= end) continue;
      found ??= new Map();
      found.set(key, value);
    }
  }
  if (found === undefined) return [];
  const rows = [...found].map(([key, value]) => ({ key, value }));
  rows.sort((a, b) => (a.key < b.key ? -1 : 1));
  if (reverse) rows.reverse();
  return rows;
}
