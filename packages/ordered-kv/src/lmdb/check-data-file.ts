/**
 * A look at the LMDB file before the library maps it. The library believes what it finds: a file that was cut short, or whose first pages are
 * something else, ends the process by SIGBUS or SIGSEGV, without a word to whoever started it.
 *
 * LMDB has no checksums, so only what the file says of its own shape can be checked: both meta pages, the roots, and, when the file ends before
 * the last page that it claims, whether anything in use lies behind its end. Pages that were given out and never written may be missing there.
 *
 * Layout (data version 2, 64 bits, little endian)
 *   page      number 8 | transaction 8 | pad 2 | flags 2 | lower 2 | upper 2 | places of its nodes, 2 each, counted from here on
 *   meta      page header | magic 4 | version 4 | address 8 | map size 8 | free pages 48 | main tree 48 | last page 8 | transaction 8
 *   tree      pad 4 (of the free pages: page size) | flags 2 | depth 2 | branch, leaf, overflow pages 8 each | entries 8 | root 8
 *   node      data length 4 | flags 2 | key length 2 | key | data; in a branch the first 6 are the number of the page below
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { KvError } from '../kv-error.ts';
import { systemCodeOf } from '../system-code.ts';

const DATA_FILE = 'data.mdb';
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_BYTES_MIN = 256;
const PAGE_BYTES_MAX = 65_536;
const NO_ROOT = 0xffff_ffff_ffff_ffffn;
const DEPTH_MAX = 32;

const PAGE = { number: 0, flags: 18, lower: 20, headerBytes: 24 } as const;
const PAGE_FLAG = { branch: 0x01, leaf: 0x02, meta: 0x08 } as const;
const META = {
  magic: 24,
  version: 28,
  freePages: 48,
  mainTree: 96,
  lastPage: 144,
  transaction: 152,
  bytes: 160,
} as const;
const TREE = { pageBytes: 0, root: 40 } as const;
const NODE = { flags: 4, keyBytes: 6, key: 8 } as const;
const NODE_FLAG = { overflow: 0x01, tree: 0x02 } as const;
const OVERFLOW = { first: 0, pages: 16 } as const;

/** What is wrong with the file, in words that follow its name. */
class Damage extends Error {}

/** @throws KvError `damaged`; also the system's error when the file cannot be read. A file that is missing or empty is a new store. */
export function checkDataFile(directory: string): void {
  const path = join(directory, DATA_FILE);
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    const found = fstatSync(file);
    if (found.isFile() && found.size > 0) checkShape(file, found.size);
  } catch (error) {
    if (error instanceof Damage) throw damaged(path, directory, error.message);
    // A place within a page that lies outside of it.
    if (error instanceof RangeError) throw damaged(path, directory, 'is damaged, a page of a tree makes no sense');
    throw error;
  } finally {
    closeSync(file);
  }
}

function damaged(path: string, directory: string, what: string): KvError {
  return new KvError('damaged', `${path} ${what}: restore ${directory} from a backup`);
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function checkShape(file: number, sizeBytes: number): void {
  const pageBytes = checkMeta(readAt(file, 0, META.bytes), 0);
  const metas = [readAt(file, 0, META.bytes), readAt(file, pageBytes, META.bytes)] as const;
  if (checkMeta(metas[1], 1) !== pageBytes) throw new Damage('has two page sizes');
  const [left, right] = metas;
  const isLeftNewer = left.readBigUInt64LE(META.transaction) > right.readBigUInt64LE(META.transaction);
  const meta = isLeftNewer ? left : right;
  const pages = new Pages(file, pageBytes, Math.floor(sizeBytes / pageBytes));
  const isCutShort = meta.readBigUInt64LE(META.lastPage) >= BigInt(pages.count);
  for (const tree of [META.freePages, META.mainTree]) {
    const root = meta.readBigUInt64LE(tree + TREE.root);
    if (root === NO_ROOT) continue;
    if (isCutShort) checkTree(pages, root, 0);
    else pages.read(root);
  }
}

/** The page size that it names. */
function checkMeta(meta: Buffer, page: number): number {
  const pageBytes = meta.readUInt32LE(META.freePages + TREE.pageBytes);
  const isMeta =
    meta.readUInt16LE(PAGE.flags) === PAGE_FLAG.meta &&
    meta.readUInt32LE(META.magic) === MAGIC &&
    (meta.readUInt32LE(META.version) & 0xffff) === DATA_VERSION &&
    pageBytes >= PAGE_BYTES_MIN &&
    pageBytes <= PAGE_BYTES_MAX &&
    (pageBytes & (pageBytes - 1)) === 0;
  if (!isMeta) throw new Damage(`is damaged, its page ${page} is no meta page of LMDB`);
  return pageBytes;
}

class Pages {
  readonly count: number;
  readonly #file: number;
  readonly #pageBytes: number;

  constructor(file: number, pageBytes: number, count: number) {
    this.#file = file;
    this.#pageBytes = pageBytes;
    this.count = count;
  }

  /** A page of a tree. */
  read(number: bigint): Buffer {
    this.requireThere(number, 1n);
    const page = readAt(this.#file, Number(number) * this.#pageBytes, this.#pageBytes);
    const flags = page.readUInt16LE(PAGE.flags);
    const isOfTree =
      page.readBigUInt64LE(PAGE.number) === number && (flags & (PAGE_FLAG.branch | PAGE_FLAG.leaf)) !== 0;
    if (!isOfTree) throw new Damage(`is damaged, its page ${number} is not the page of a tree that it should be`);
    return page;
  }

  requireThere(first: bigint, count: bigint): void {
    if (first >= 2n && count >= 1n && first + count <= BigInt(this.count)) return;
    throw new Damage(`was cut short, it has ${this.count} pages and page ${first + count - 1n} is in use`);
  }
}

function checkTree(pages: Pages, root: bigint, depth: number): void {
  if (depth > DEPTH_MAX) throw new Damage('is damaged, a tree in it has no end');
  const page = pages.read(root);
  const isBranch = (page.readUInt16LE(PAGE.flags) & PAGE_FLAG.branch) !== 0;
  const nodes = page.readUInt16LE(PAGE.lower) >> 1;
  for (let index = 0; index < nodes; index += 1) {
    const place = PAGE.headerBytes + page.readUInt16LE(PAGE.headerBytes + 2 * index);
    const flags = page.readUInt16LE(place + NODE.flags);
    if (isBranch) {
      checkTree(pages, (BigInt(flags) << 32n) | BigInt(page.readUInt32LE(place)), depth + 1);
      continue;
    }
    const data = place + NODE.key + page.readUInt16LE(place + NODE.keyBytes);
    if ((flags & NODE_FLAG.overflow) !== 0) {
      pages.requireThere(page.readBigUInt64LE(data + OVERFLOW.first), page.readBigUInt64LE(data + OVERFLOW.pages));
    } else if ((flags & NODE_FLAG.tree) !== 0) {
      const below = page.readBigUInt64LE(data + TREE.root);
      if (below !== NO_ROOT) checkTree(pages, below, depth + 1);
    }
  }
}

function readAt(file: number, at: number, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  if (readSync(file, bytes, 0, lengthBytes, at) === lengthBytes) return bytes;
  throw new Damage(`was cut short, it ends within the ${lengthBytes} bytes at ${at}`);
}
