import {
  decodeIndexEntry,
  type IndexEntry,
  indexRowBytes,
  recordBytes,
  superblockBytes,
} from '@needlestack/needle-format';
import { LIMITS } from '../limits.ts';
import type { OpenedVolume } from '../ports.ts';

/** What the rows of an index say about themselves. */
export interface IndexCheck {
  /** Rows, tombstones included. */
  readonly rows: number;
  readonly faults: readonly string[];
}

type CheckedVolume = Pick<OpenedVolume, 'volumeId' | 'superblock' | 'log' | 'offsetWidth'>;

/** All rows of the index file as it is now, in order. */
export async function* readRows(
  { log, offsetWidth }: Pick<OpenedVolume, 'log' | 'offsetWidth'>,
  signal?: AbortSignal,
): AsyncGenerator<IndexEntry> {
  await log.flush();
  const rowBytes = indexRowBytes(offsetWidth);
  const endBytes = log.endBytes - (log.endBytes % rowBytes);
  for (let at = 0; at < endBytes; ) {
    signal?.throwIfAborted();
    const window = await log.read(at, Math.min(LIMITS.scrubRows * rowBytes, endBytes - at));
    const wholeBytes = window.length - (window.length % rowBytes);
    if (wholeBytes === 0) return;
    for (let row = 0; row < wholeBytes; row += rowBytes) yield decodeIndexEntry(window, row, offsetWidth);
    at += wholeBytes;
  }
}

/**
 * Whether the index file consists of whole rows, and their records lie side by side without overlapping or leaving room between.
 * @throws VolumeError `io-error` when the file cannot be read
 */
export async function checkIndex(volume: CheckedVolume, signal?: AbortSignal): Promise<IndexCheck> {
  const faults = await checkLength(volume);
  const { version } = volume.superblock;
  let rows = 0;
  let endBytes = superblockBytes(volume.superblock);
  let recordsEndBytes = endBytes;
  let isInOrder = true;
  for await (const { offsetBytes, sizeBytes } of readRows(volume, signal)) {
    rows += 1;
    if (offsetBytes === 0) continue;
    const lengthBytes = recordBytes(sizeBytes, version);
    if (offsetBytes < endBytes) isInOrder = false;
    endBytes = Math.max(endBytes, offsetBytes + lengthBytes);
    recordsEndBytes += lengthBytes;
  }
  if (!isInOrder) faults.push(...(await findOverlaps(volume, rows, signal)));
  if (recordsEndBytes !== endBytes) {
    faults.push(
      `data file size for volume ${volume.volumeId} (${endBytes}) doesn't match the size for ${rows} needles read (${recordsEndBytes})`,
    );
  }
  return { rows, faults };
}

async function checkLength({ log, offsetWidth }: CheckedVolume): Promise<string[]> {
  await log.flush();
  const expectedBytes = log.endBytes;
  const foundBytes = await log.fileBytes();
  // Rows may have been appended between the two looks, but never a part of one.
  if (foundBytes >= expectedBytes && foundBytes % indexRowBytes(offsetWidth) === 0) return [];
  return [`expected an index file of size ${expectedBytes}, got ${foundBytes}`];
}

/** Records are disjoint exactly when, each sorted by itself, every record's end lies in front of the next one's start. */
async function findOverlaps(volume: CheckedVolume, rows: number, signal: AbortSignal | undefined): Promise<string[]> {
  const starts = new Float64Array(rows);
  const ends = new Float64Array(rows);
  let count = 0;
  for await (const { offsetBytes, sizeBytes } of readRows(volume, signal)) {
    if (offsetBytes === 0 || count === rows) continue;
    starts[count] = offsetBytes;
    ends[count] = offsetBytes + recordBytes(sizeBytes, volume.superblock.version);
    count += 1;
  }
  const sortedStarts = starts.subarray(0, count).sort();
  const sortedEnds = ends.subarray(0, count).sort();
  const faults: string[] = [];
  for (let i = 1; i < count && faults.length < LIMITS.scrubFaults; i += 1) {
    const start = sortedStarts[i] ?? 0;
    const end = sortedEnds[i - 1] ?? 0;
    if (start < end) faults.push(`needle at [${start}-] overlaps needle at [-${end - 1}]`);
  }
  return faults;
}
