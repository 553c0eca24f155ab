import { indexRowBytes, type OffsetWidth, RECORD_ALIGNMENT_BYTES, recordBytes } from '@needlestack/needle-format';
import type { VolumeCounters } from '../../core/ports.ts';
import { countDelete, countWrite, emptyCounters } from '../../core/volume/volume-counters.ts';
import type { MemoryNeedleIndex } from './needle-index-memory.ts';

/** What the rows of an index file say, besides the needles themselves. */
export interface LoadedIndex {
  readonly counters: VolumeCounters;
  /** Rows in use; rows behind them are torn or holes and must be cut off. */
  readonly rowCount: number;
  /** The row whose record lies farthest in the data file. */
  readonly newest: { readonly id: bigint; readonly offsetBytes: number; readonly sizeBytes: number } | undefined;
  /** How many records do not start where the one before ends, were the records of version 1 or 2, and of version 3. */
  readonly gaps: { readonly short: number; readonly long: number };
  /** Offset of the first record that a row points at, and how many tombstones without a record come before it. */
  readonly firstOffsetBytes: number;
  readonly leadingBareTombstones: number;
}

export interface RowSource {
  readonly lengthBytes: number;
  /** Windows of the file in order; each a whole number of rows long, but for the last. */
  windows(windowBytes: number): AsyncIterable<Buffer>;
}

const ROWS_PER_WINDOW = 65_536;

/** Puts one row into index and counters: later rows win, a tombstone keeps the place of what it deletes. */
export function applyIndexRow(
  index: MemoryNeedleIndex,
  counters: VolumeCounters,
  id: bigint,
  offsetBytes: number,
  sizeBytes: number,
): void {
  const before = index.get(id);
  const liveBytes = before !== undefined && before.sizeBytes >= 0 ? before.sizeBytes : undefined;
  if (sizeBytes >= 0 && offsetBytes > 0) {
    index.put(id, offsetBytes, sizeBytes);
    countWrite(counters, id, sizeBytes, liveBytes);
    return;
  }
  if (before !== undefined && liveBytes !== undefined) index.put(id, before.offsetBytes, -liveBytes || -1);
  if (id > counters.maxNeedleId) counters.maxNeedleId = id;
  countDelete(counters, liveBytes);
}

/**
 * Reads all rows into memory. Rows are written without a sync, so a power cut may have left zeros where rows should be, or a part
 * of a row at the end: reading stops in front of either.
 */
export async function loadIndex(source: RowSource, index: MemoryNeedleIndex, width: OffsetWidth): Promise<LoadedIndex> {
  const rowBytes = indexRowBytes(width);
  const rows = new RowTotals(index);
  for await (const window of source.windows(ROWS_PER_WINDOW * rowBytes)) {
    for (let at = 0; at + rowBytes <= window.length; at += rowBytes) {
      const id = window.readBigUInt64BE(at);
      const high = width === 5 ? window.readUInt8(at + 12) : 0;
      const offsetBytes = (high * 2 ** 32 + window.readUInt32BE(at + 8)) * RECORD_ALIGNMENT_BYTES;
      const sizeBytes = window.readInt32BE(at + rowBytes - 4);
      if (id === 0n && offsetBytes === 0 && sizeBytes === 0) return rows;
      rows.add(id, offsetBytes, sizeBytes);
    }
  }
  return rows;
}

class RowTotals implements LoadedIndex {
  readonly counters = emptyCounters();
  readonly gaps = { short: 0, long: 0 };
  rowCount = 0;
  newest: LoadedIndex['newest'];
  firstOffsetBytes = 0;
  leadingBareTombstones = 0;
  readonly #index: MemoryNeedleIndex;
  #shortEndBytes = 0;
  #longEndBytes = 0;

  constructor(index: MemoryNeedleIndex) {
    this.#index = index;
  }

  add(id: bigint, offsetBytes: number, sizeBytes: number): void {
    applyIndexRow(this.#index, this.counters, id, offsetBytes, sizeBytes);
    this.rowCount += 1;
    if (offsetBytes === 0) {
      if (this.firstOffsetBytes === 0) this.leadingBareTombstones += 1;
      return;
    }
    if (this.firstOffsetBytes === 0) this.firstOffsetBytes = offsetBytes;
    else this.#countGap(offsetBytes);
    this.#shortEndBytes = offsetBytes + recordBytes(sizeBytes, 2);
    this.#longEndBytes = offsetBytes + recordBytes(sizeBytes, 3);
    if (offsetBytes >= (this.newest?.offsetBytes ?? 0)) this.newest = { id, offsetBytes, sizeBytes };
  }

  #countGap(offsetBytes: number): void {
    if (offsetBytes !== this.#shortEndBytes) this.gaps.short += 1;
    if (offsetBytes !== this.#longEndBytes) this.gaps.long += 1;
  }
}
