import { decodeIndexEntry, type IndexEntry, indexRowBytes, NEEDLE_HEADER_BYTES } from '@needlestack/needle-format';
import { readExactly } from '../needles/read-record.ts';
import type { Volume } from '../volume/volume.ts';

const CHECKSUM_BYTES = 4;
const APPEND_TIME_BYTES = 8;

/** When a record was appended, in nanoseconds; 0 before version 3, which knows no times. @throws VolumeError `io-error` */
async function readAppendTime({ opened }: Volume, { offsetBytes, sizeBytes }: IndexEntry): Promise<bigint> {
  if (opened.superblock.version !== 3) return 0n;
  const timeAt = offsetBytes + NEEDLE_HEADER_BYTES + Math.max(sizeBytes, 0) + CHECKSUM_BYTES;
  return (await readExactly(opened, timeAt, APPEND_TIME_BYTES)).readBigUInt64BE(0);
}

/**
 * Where the first record lies that was appended after that time, or undefined when there is none. Rows of deletions without a record are
 * passed over.
 * @throws VolumeError `io-error`
 */
export async function findAppendedAfter(volume: Volume, sinceNs: bigint): Promise<number | undefined> {
  return (await findAppended(volume, sinceNs, readAppendTime))?.offsetBytes;
}

/** The number of the row of that record, or of one in front of it whose record cannot be read. */
export async function findRowAppendedAfter(volume: Volume, sinceNs: bigint): Promise<number | undefined> {
  const timeOrLater = (of: Volume, entry: IndexEntry): Promise<bigint> =>
    readAppendTime(of, entry).catch(() => sinceNs + 1n);
  return (await findAppended(volume, sinceNs, timeOrLater))?.row;
}

/** A binary search over the index file, whose rows are in the order of appends. */
async function findAppended(
  volume: Volume,
  sinceNs: bigint,
  timeOf: (volume: Volume, entry: IndexEntry) => Promise<bigint>,
): Promise<{ readonly row: number; readonly offsetBytes: number } | undefined> {
  const { log, offsetWidth } = volume.opened;
  await log.flush();
  const rowBytes = indexRowBytes(offsetWidth);
  const rows = Math.floor(log.endBytes / rowBytes);
  const readRow = async (at: number): Promise<IndexEntry> =>
    decodeIndexEntry(await log.read(at * rowBytes, rowBytes), 0, offsetWidth);
  let low = 0;
  let high = rows;
  let found: { readonly row: number; readonly offsetBytes: number } | undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    let at = middle;
    let entry = await readRow(at);
    while (entry.offsetBytes === 0 && at + 1 < high) {
      at += 1;
      entry = await readRow(at);
    }
    if (entry.offsetBytes !== 0 && (await timeOf(volume, entry)) <= sinceNs) {
      low = at + 1;
      continue;
    }
    if (entry.offsetBytes !== 0) found = { row: at, offsetBytes: entry.offsetBytes };
    high = middle;
  }
  return found;
}
