import {
  indexRowBytes,
  type NeedleVersion,
  type OffsetWidth,
  recordBytes,
  TOMBSTONE_SIZE,
  writeIndexRow,
  writeNeedleHead,
  writeNeedleTail,
} from '@needlestack/needle-format';
import type { AppendOperation } from './append-operation.ts';

/** One group commit as data: what to write to the `.dat`, and the index rows that follow once it is written. */
export interface PlannedBatch {
  readonly operations: readonly AppendOperation[];
  /** Where each operation's record will lie. */
  readonly offsetsBytes: readonly number[];
  /** Neighbouring tails and heads are one buffer; the data are the callers' own. */
  readonly buffers: readonly Uint8Array[];
  readonly lengthBytes: number;
  readonly rows: Buffer;
  readonly lastAppendAtNs: bigint;
}

export interface BatchPlace {
  readonly startBytes: number;
  /** Append time of the first record; each next one is 1 ns later. */
  readonly firstAppendAtNs: bigint;
  readonly version: NeedleVersion;
  readonly offsetWidth: OffsetWidth;
}

/** Scratch memory of one queue, reused by every batch: only one is under way at a time. */
export class BatchScratch {
  #bytes: Buffer = Buffer.allocUnsafe(64 * 1024);

  reserve(lengthBytes: number): Buffer {
    if (lengthBytes > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(lengthBytes * 2);
    return this.#bytes;
  }
}

/** Lays out the records of a batch one behind the other. At least one operation is needed. */
export function planBatch(
  operations: readonly AppendOperation[],
  place: BatchPlace,
  scratch: BatchScratch,
): PlannedBatch {
  const { version, offsetWidth } = place;
  const rowBytes = indexRowBytes(offsetWidth);
  const rowsAt = aroundBytes(operations, version);
  const bytes = scratch.reserve(rowsAt + operations.length * rowBytes);
  const offsetsBytes: number[] = [];
  const buffers: Uint8Array[] = [];
  let offsetBytes = place.startBytes;
  let appendAtNs = place.firstAppendAtNs;
  let pieceAt = 0;
  let position = 0;
  let rowAt = rowsAt;
  for (const { kind, needle, sizeBytes, recordId } of operations) {
    offsetsBytes.push(offsetBytes);
    const written = recordId === undefined ? needle : { ...needle, id: recordId };
    position = writeNeedleHead(bytes, position, written, sizeBytes, version);
    if (needle.data.length > 0) {
      buffers.push(bytes.subarray(pieceAt, position), needle.data);
      pieceAt = position;
    }
    position = writeNeedleTail(bytes, position, written, sizeBytes, version, appendAtNs);
    rowAt = writeIndexRow(
      bytes,
      rowAt,
      needle.id,
      offsetBytes,
      kind === 'write' ? sizeBytes : TOMBSTONE_SIZE,
      offsetWidth,
    );
    offsetBytes += recordBytes(sizeBytes, version);
    appendAtNs += 1n;
  }
  buffers.push(bytes.subarray(pieceAt, position));
  return {
    operations,
    offsetsBytes,
    buffers,
    lengthBytes: offsetBytes - place.startBytes,
    rows: bytes.subarray(rowsAt, rowAt),
    lastAppendAtNs: appendAtNs - 1n,
  };
}

/** Bytes of all heads and tails. */
function aroundBytes(operations: readonly AppendOperation[], version: NeedleVersion): number {
  let total = 0;
  for (const { needle, sizeBytes } of operations) total += recordBytes(sizeBytes, version) - needle.data.length;
  return total;
}
