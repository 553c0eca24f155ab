import { decodeIndexEntry, type IndexEntry, indexRowBytes, type OffsetWidth } from '@needlestack/needle-format';

/* `.ecx`: the rows of live needles by ascending id, each id once. Part of a row at the end is not looked at. */

/** Rows that the reader takes at once: the page in which the id must be if it is there at all. */
export const INDEX_PAGE_ROWS = 256;

/**
 * The first id of every page: 8 bytes of memory for 256 rows. With it each look-up reads one page. Built in one pass over the file.
 */
export class SortedIndexGuide {
  readonly width: OffsetWidth;
  readonly rowCount: number;
  readonly #firstIds: BigUint64Array;

  constructor(width: OffsetWidth, indexBytes: number) {
    this.width = width;
    this.rowCount = Math.floor(indexBytes / indexRowBytes(width));
    this.#firstIds = new BigUint64Array(Math.ceil(this.rowCount / INDEX_PAGE_ROWS));
  }

  get pageBytes(): number {
    return INDEX_PAGE_ROWS * indexRowBytes(this.width);
  }

  /** Takes a page as it lies in the file. */
  addPage(page: number, bytes: Buffer): void {
    if (page < this.#firstIds.length) this.#firstIds[page] = bytes.readBigUInt64BE(0);
  }

  /** The page that an id must be in; undefined when it is below all of them. */
  pageOf(id: bigint): number | undefined {
    let low = 0;
    let high = this.#firstIds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firstIds[middle] ?? 0n) <= id) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : low - 1;
  }
}

export interface FoundRow {
  readonly entry: IndexEntry;
  /** Where the row starts in `rows`. */
  readonly at: number;
}

/** The row of an id within whole, sorted rows. */
export function findRow(rows: Buffer, id: bigint, width: OffsetWidth): FoundRow | undefined {
  const rowBytes = indexRowBytes(width);
  let low = 0;
  let high = Math.floor(rows.length / rowBytes);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = rows.readBigUInt64BE(middle * rowBytes);
    if (found === id) return { entry: decodeIndexEntry(rows, middle * rowBytes, width), at: middle * rowBytes };
    if (found < id) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

/** Where the size field of a row lies within it. A folded deletion writes TOMBSTONE_SIZE there. */
export function sizeFieldOffset(width: OffsetWidth): number {
  return indexRowBytes(width) - 4;
}

/** The live needles that the rows of an `.idx` leave, as the rows of an `.ecx`: later rows win. Takes 12 bytes of memory a row. */
export function sortLiveRows(index: Buffer, width: OffsetWidth): Buffer {
  const rowBytes = indexRowBytes(width);
  const rowCount = Math.floor(index.length / rowBytes);
  const ids = distinctIds(index, rowBytes, rowCount);
  /** By position in `ids`: the latest row that writes, counted from 1; 0 when the needle is gone. */
  const latest = new Uint32Array(ids.length);
  for (let row = 0; row < rowCount; row += 1) {
    const { id, offsetBytes, sizeBytes } = decodeIndexEntry(index, row * rowBytes, width);
    latest[positionOf(ids, id)] = offsetBytes > 0 && sizeBytes >= 0 ? row + 1 : 0;
  }
  const sorted = Buffer.allocUnsafe(latest.reduce((count, row) => (row > 0 ? count + 1 : count), 0) * rowBytes);
  let at = 0;
  for (const row of latest) {
    if (row > 0) at += index.copy(sorted, at, (row - 1) * rowBytes, row * rowBytes);
  }
  return sorted;
}

function distinctIds(index: Buffer, rowBytes: number, rowCount: number): BigUint64Array {
  const ids = new BigUint64Array(rowCount);
  for (let row = 0; row < rowCount; row += 1) ids[row] = index.readBigUInt64BE(row * rowBytes);
  ids.sort();
  let count = 0;
  for (const id of ids) {
    if (count === 0 || ids[count - 1] !== id) ids[count++] = id;
  }
  return ids.subarray(0, count);
}

function positionOf(ids: BigUint64Array, id: bigint): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? 0n) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
