import {
  type ByteSource,
  decodeNeedleHeader,
  encodeIndexEntry,
  FormatError,
  indexRowBytes,
  locateNeedleBody,
  NEEDLE_HEADER_BYTES,
  type NeedleVersion,
  type OffsetWidth,
  recordBytes,
  type Superblock,
  superblockBytes,
  verifyNeedleData,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { VolumeCounters } from '../../core/ports.ts';
import { type DerivedRow, type RecoveredTail, recoverTail } from '../recover-tail.ts';
import type { IndexFile } from './index-file.ts';
import { applyIndexRow, type LoadedIndex, loadIndex } from './load-index.ts';
import { MemoryNeedleIndex } from './needle-index-memory.ts';

/*
 * Brings the two files of a volume together. Recovery is repeatable: a crash inside it leaves files that it recovers again.
 *
 *   rows name records, nothing behind the newest     healthy
 *   whole records behind the newest row's            rows derived again and appended
 *   torn bytes behind the last whole record          cut off: never acknowledged
 *   more than a batch that is no record behind it    read-only: it was acknowledged once
 *   zeros or half a row at the end of the index      cut off, then as above
 *   index starts with tombstones without a record    the rows they overwrote are derived from the head of the data file
 *   rows point behind the end, or at another record  read-only, nothing is changed
 */

export interface RecoveredIndex {
  readonly index: MemoryNeedleIndex;
  readonly counters: VolumeCounters;
  /** Version of the records, which a faulty superblock may misstate. */
  readonly version: NeedleVersion;
  readonly newest: DerivedRow | undefined;
  readonly damage: string | undefined;
  /** Behind the last record worth keeping. The data file is to be cut there when it is longer and there is no damage. */
  readonly datEndBytes: number;
  readonly rowsDerived: number;
}

export interface VolumeToRecover {
  readonly dat: ByteSource;
  readonly idx: IndexFile;
  readonly superblock: Superblock;
  readonly width: OffsetWidth;
}

/** Loads the index and mends it on disk. The data file is only read. */
export async function recoverIndex(volume: VolumeToRecover): Promise<RecoveredIndex> {
  const { dat, idx, superblock, width } = volume;
  const { index, loaded } = await loadWithHead(volume);
  const version = recordVersion(superblock, loaded, dat.lengthBytes);
  const found = { index, counters: loaded.counters, version, newest: loaded.newest };
  const damage = await findDamage(volume, loaded, version);
  if (damage !== undefined) return { ...found, damage, datEndBytes: dat.lengthBytes, rowsDerived: 0 };

  const startBytes = recordsEndBytes(loaded, superblock, version);
  const tail = await recoverTail({ source: dat, version, startBytes, index });
  const rowsBytes = loaded.rowCount * indexRowBytes(width);
  if (!tail.restIsTorn) {
    for (const row of tail.rows) applyIndexRow(index, loaded.counters, row.id, row.offsetBytes, row.sizeBytes);
    const strange = `the ${dat.lengthBytes - tail.endBytes} bytes behind ${tail.endBytes} hold no records`;
    return { ...found, damage: strange, datEndBytes: dat.lengthBytes, rowsDerived: 0 };
  }
  if (tail.rows.length > 0 || rowsBytes !== idx.lengthBytes) {
    await idx.replaceTail(rowsBytes, encodeRows(tail, width));
  }
  for (const row of tail.rows) applyIndexRow(index, loaded.counters, row.id, row.offsetBytes, row.sizeBytes);
  const newest = tail.rows.at(-1) ?? loaded.newest;
  return { ...found, newest, damage: undefined, datEndBytes: tail.endBytes, rowsDerived: tail.rows.length };
}

/** Loads the rows; when tombstones overwrote the first ones, puts those back in front and loads again. */
async function loadWithHead(volume: VolumeToRecover): Promise<{ index: MemoryNeedleIndex; loaded: LoadedIndex }> {
  const { dat, idx, superblock, width } = volume;
  const index = new MemoryNeedleIndex(width);
  const loaded = await loadIndex(idx, index, width);
  const startBytes = superblockBytes(superblock);
  const hasHole = loaded.leadingBareTombstones > 0 && loaded.firstOffsetBytes > startBytes;
  if (!hasHole) return { index, loaded };
  const { version } = superblock;
  const endBytes = loaded.firstOffsetBytes;
  const head = await recoverTail({ source: dat, version, startBytes, endBytes, index: new MemoryNeedleIndex(width) });
  if (head.endBytes !== endBytes) return { index, loaded };
  const rows = await idx.read(0, idx.lengthBytes);
  await idx.replaceTail(0, Buffer.concat([encodeRows(head, width), rows]));
  const mended = new MemoryNeedleIndex(width);
  return { index: mended, loaded: await loadIndex(idx, mended, width) };
}

/**
 * SeaweedFS writes version 3 records below an older superblock until its next restart. Such a volume shows by its lengths: its
 * records touch one another only when they are taken for version 3.
 */
function recordVersion(superblock: Superblock, loaded: LoadedIndex, datBytes: number): NeedleVersion {
  const { newest, gaps } = loaded;
  if (newest === undefined) return superblock.version;
  const touches = (version: NeedleVersion, gapCount: number): boolean =>
    gapCount === 0 && newest.offsetBytes + recordBytes(newest.sizeBytes, version) === datBytes;
  if (superblock.version !== 3) return !touches(2, gaps.short) && touches(3, gaps.long) ? 3 : superblock.version;
  return !touches(3, gaps.long) && touches(2, gaps.short) ? 2 : 3;
}

function recordsEndBytes(loaded: LoadedIndex, superblock: Superblock, version: NeedleVersion): number {
  const { newest } = loaded;
  if (newest === undefined) return superblockBytes(superblock);
  return newest.offsetBytes + recordBytes(newest.sizeBytes, version);
}

/** Why index and data do not belong together, or undefined. */
async function findDamage(
  { dat, superblock }: VolumeToRecover,
  loaded: LoadedIndex,
  version: NeedleVersion,
): Promise<string | undefined> {
  const { newest, firstOffsetBytes } = loaded;
  if (newest === undefined) return undefined;
  if (firstOffsetBytes < superblockBytes(superblock)) {
    throw new VolumeError('io-error', `the first record lies at ${firstOffsetBytes}, inside the superblock`);
  }
  if (version !== superblock.version) {
    return `the superblock says version ${superblock.version}, the records are version ${version}`;
  }
  const endBytes = recordsEndBytes(loaded, superblock, version);
  if (endBytes > dat.lengthBytes) return `the index reaches to ${endBytes}, the data to ${dat.lengthBytes}`;
  const header = decodeNeedleHeader(await dat.read(newest.offsetBytes, NEEDLE_HEADER_BYTES));
  if (header.sizeBytes === Math.max(newest.sizeBytes, 0)) {
    if (header.id === newest.id) return undefined;
    // A record may have been written under another id than it says: then it is whole.
    if (header.sizeBytes > 0 && (await isIntact(dat, newest.offsetBytes, header.sizeBytes, version))) return undefined;
  }
  return `the newest row names needle ${newest.id}, its record is needle ${header.id} of size ${header.sizeBytes}`;
}

async function isIntact(
  dat: ByteSource,
  offsetBytes: number,
  sizeBytes: number,
  version: NeedleVersion,
): Promise<boolean> {
  const record = await dat.read(offsetBytes, recordBytes(sizeBytes, version));
  try {
    const { dataAt, dataEnd, checksum } = locateNeedleBody(record, sizeBytes, version);
    verifyNeedleData(record.subarray(dataAt, dataEnd), checksum);
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** When the newest record was appended; 0 when there is none or it cannot be read. */
export async function readAppendTime(
  dat: ByteSource,
  newest: DerivedRow | undefined,
  version: NeedleVersion,
): Promise<bigint> {
  if (newest === undefined || version !== 3) return 0n;
  const sizeBytes = Math.max(newest.sizeBytes, 0);
  const record = await dat.read(newest.offsetBytes, recordBytes(sizeBytes, version));
  return record.length < recordBytes(sizeBytes, version) ? 0n : locateNeedleBody(record, sizeBytes, version).appendAtNs;
}

function encodeRows(tail: RecoveredTail, width: OffsetWidth): Buffer {
  return Buffer.concat(tail.rows.map((row) => encodeIndexEntry(row, width)));
}
