/**
 * One block of a BZIP2 stream, after its magic number:
 *
 *   u32 checksum of its bytes, 1 bit randomized, u24 start of the sorted text
 *   map of the bytes used: 16 bits for ranges, 16 bits for each range used
 *   3 bits tables, 15 bits selectors; selectors as move-to-front in unary
 *   tables: 5 bits first length, then for each symbol steps of +1 (10) or -1 (11) ended by 0
 *   symbols in groups of 50 by the selected table: runs (0 and 1, bijective base 2), move-to-front places, end of block
 */
import type { BitReader } from './bit-reader.ts';
import { bzip2Checksum } from './bzip2-checksum.ts';
import { Bzip2Damage } from './bzip2-damage.ts';
import { CODE_LENGTH_MAX, HuffmanTable } from './huffman-table.ts';

const GROUP_SIZE = 50;
const TABLES_MIN = 2;
const TABLES_MAX = 6;
/** Four equal bytes are followed by how often the byte comes again. */
const RUN_LENGTH = 4;

export interface Bzip2Block {
  readonly bytes: Uint8Array;
  readonly checksum: number;
}

/** Throws BitsExhausted when the block is not all there, Bzip2Damage when it is broken. */
export const readBlock = (reader: BitReader, blockMaxBytes: number): Bzip2Block => {
  const checksum = readChecksum(reader);
  if (reader.bit() === 1) throw new Bzip2Damage('a randomized block, which no writer makes any more');
  const start = reader.bits(24);
  const used = readUsedBytes(reader);
  const symbolCount = used.length + 2;
  const tableCount = reader.bits(3);
  if (tableCount < TABLES_MIN || tableCount > TABLES_MAX) throw new Bzip2Damage('a wrong number of code tables');
  const selectors = readSelectors(reader, tableCount);
  const tables = Array.from({ length: tableCount }, () => new HuffmanTable(readCodeLengths(reader, symbolCount)));
  const sorted = readSymbols(reader, { used, selectors, tables, blockMaxBytes });
  if (start >= sorted.length && sorted.length > 0) throw new Bzip2Damage('a start beyond the block');
  const bytes = expandRuns(restoreOrder(sorted, start));
  if (bzip2Checksum(bytes) !== checksum) throw new Bzip2Damage('a block with a wrong checksum');
  return { bytes, checksum };
};

export const readChecksum = (reader: BitReader): number => reader.bits(16) * 65_536 + reader.bits(16);

const readUsedBytes = (reader: BitReader): Uint8Array => {
  const ranges = reader.bits(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range += 1) {
    if (((ranges >>> (15 - range)) & 1) === 0) continue;
    const bytes = reader.bits(16);
    for (let index = 0; index < 16; index += 1) if (((bytes >>> (15 - index)) & 1) === 1) used.push(range * 16 + index);
  }
  if (used.length === 0) throw new Bzip2Damage('a block without bytes');
  return Uint8Array.from(used);
};

/** Takes the item at a place to the front of the list and returns it. */
const moveToFront = (list: Uint8Array, place: number): number => {
  const item = list[place] ?? 0;
  list.copyWithin(1, 0, place);
  list[0] = item;
  return item;
};

const readSelectors = (reader: BitReader, tableCount: number): Uint8Array => {
  const count = reader.bits(15);
  if (count === 0) throw new Bzip2Damage('a block without selectors');
  const order = Uint8Array.from({ length: tableCount }, (_, index) => index);
  const selectors = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    let place = 0;
    while (reader.bit() === 1) {
      place += 1;
      if (place >= tableCount) throw new Bzip2Damage('a selector beyond the tables');
    }
    selectors[index] = moveToFront(order, place);
  }
  return selectors;
};

const readCodeLengths = (reader: BitReader, symbolCount: number): Uint8Array => {
  const lengths = new Uint8Array(symbolCount);
  let length = reader.bits(5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    while (reader.bit() === 1) length += reader.bit() === 0 ? 1 : -1;
    if (length < 1 || length > CODE_LENGTH_MAX) throw new Bzip2Damage('a code of impossible length');
    lengths[symbol] = length;
  }
  return lengths;
};

interface SymbolCoding {
  readonly used: Uint8Array;
  readonly selectors: Uint8Array;
  readonly tables: readonly HuffmanTable[];
  readonly blockMaxBytes: number;
}

/** The last column of the sorted block. */
const readSymbols = (reader: BitReader, coding: SymbolCoding): Uint8Array => {
  const { used, selectors, tables, blockMaxBytes } = coding;
  const order = Uint8Array.from(used);
  const endOfBlock = used.length + 1;
  const sorted = new Uint8Array(blockMaxBytes);
  let size = 0;
  let runLength = 0;
  let runUnit = 1;
  for (let group = 0; ; group += 1) {
    const table = tables[selectors[group] ?? TABLES_MAX];
    if (table === undefined) throw new Bzip2Damage('a block with too few selectors');
    for (let index = 0; index < GROUP_SIZE; index += 1) {
      const symbol = table.read(reader);
      if (symbol <= 1) {
        runLength += runUnit << symbol;
        runUnit *= 2;
        if (runLength > blockMaxBytes) throw new Bzip2Damage('a run longer than a block');
        continue;
      }
      if (runLength > 0) {
        if (size + runLength > blockMaxBytes) throw new Bzip2Damage('a block that is too long');
        sorted.fill(order[0] ?? 0, size, size + runLength);
        size += runLength;
        runLength = 0;
      }
      runUnit = 1;
      if (symbol === endOfBlock) return sorted.subarray(0, size);
      if (size >= blockMaxBytes) throw new Bzip2Damage('a block that is too long');
      sorted[size] = moveToFront(order, symbol - 1);
      size += 1;
    }
  }
};

/** Undoes the Burrows-Wheeler transform. */
const restoreOrder = (sorted: Uint8Array, start: number): Uint8Array => {
  const begins = new Int32Array(257);
  for (const byte of sorted) begins[byte + 1] = (begins[byte + 1] ?? 0) + 1;
  for (let byte = 0; byte < 256; byte += 1) begins[byte + 1] = (begins[byte + 1] ?? 0) + (begins[byte] ?? 0);
  const next = new Int32Array(sorted.length);
  for (let at = 0; at < sorted.length; at += 1) {
    const byte = sorted[at] ?? 0;
    const place = begins[byte] ?? 0;
    begins[byte] = place + 1;
    next[place] = at;
  }
  const text = new Uint8Array(sorted.length);
  let from = next[start] ?? 0;
  for (let at = 0; at < text.length; at += 1) {
    text[at] = sorted[from] ?? 0;
    from = next[from] ?? 0;
  }
  return text;
};

/** Undoes the first step of the writer: after four equal bytes stands how many more there are. */
const expandRuns = (text: Uint8Array): Uint8Array => {
  const expanded = new Uint8Array(expandedSize(text));
  let size = 0;
  let equal = 0;
  let last = -1;
  for (const byte of text) {
    if (equal === RUN_LENGTH) {
      expanded.fill(last, size, size + byte);
      size += byte;
      equal = 0;
      last = -1;
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    expanded[size] = byte;
    size += 1;
  }
  return expanded;
};

const expandedSize = (text: Uint8Array): number => {
  let size = 0;
  let equal = 0;
  let last = -1;
  for (const byte of text) {
    if (equal === RUN_LENGTH) {
      size += byte;
      equal = 0;
      last = -1;
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    size += 1;
  }
  return size;
};
