import {
  type ByteSource,
  decodeIndexEntry,
  decodeNeedleHeader,
  indexRowBytes,
  NEEDLE_HEADER_BYTES,
  type OffsetWidth,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { IndexFile } from './index-file.ts';

const DEFAULT_OFFSET_WIDTH: OffsetWidth = 4;

/**
 * The width of the offsets in an index: what the info file says, unless the first row contradicts it.
 * @throws VolumeError `io-error` when info file and rows disagree
 */
export async function chooseOffsetWidth(declaredBytes: number, idx: IndexFile, dat: ByteSource): Promise<OffsetWidth> {
  const declared = declaredBytes === 4 || declaredBytes === 5 ? declaredBytes : undefined;
  const seen = (await firstRowFits(idx, dat, 4)) ? 4 : (await firstRowFits(idx, dat, 5)) ? 5 : undefined;
  if (declared !== undefined && seen !== undefined && declared !== seen) {
    throw new VolumeError('io-error', `the info file says offsets of ${declared} bytes, the index has ${seen}`);
  }
  return seen ?? declared ?? DEFAULT_OFFSET_WIDTH;
}

/** Whether the first row, read with this width, names the record it points at. */
async function firstRowFits(idx: IndexFile, dat: ByteSource, width: OffsetWidth): Promise<boolean> {
  const row = await idx.read(0, Math.min(indexRowBytes(width), idx.lengthBytes));
  if (row.length < indexRowBytes(width)) return false;
  const entry = decodeIndexEntry(row, 0, width);
  if (entry.offsetBytes === 0 || entry.offsetBytes + NEEDLE_HEADER_BYTES > dat.lengthBytes) return false;
  const header = decodeNeedleHeader(await dat.read(entry.offsetBytes, NEEDLE_HEADER_BYTES));
  return header.id === entry.id && header.sizeBytes === Math.max(entry.sizeBytes, 0);
}
