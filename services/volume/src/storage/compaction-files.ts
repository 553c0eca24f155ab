import { dirname } from 'node:path';
import { encodeSuperblock, indexRowBytes } from '@needlestack/needle-format';
import type { CompactionFiles, OpenedVolume } from '../core/ports.ts';
import { removeFiles, replaceFile, syncDirectory } from './files/durable-files.ts';
import { call, callVoid, type FileSystem, OPEN_CREATE, OPEN_READ_WRITE } from './files/file-system.ts';
import { writeInPieces } from './files/write-in-pieces.ts';
import { swapCompacted } from './swap-compacted.ts';
import type { VolumePaths } from './volume-paths.ts';

/** `.cpd` and `.cpx` beside a volume, until they take its place. */
export class DiskCompactionFiles implements CompactionFiles {
  readonly #files: FileSystem;
  readonly #paths: VolumePaths;
  readonly #rowBytes: number;
  #handles: { readonly oldIdx: number; readonly dat: number; readonly idx: number } | undefined;
  #isDecided = false;
  #endBytes = 0;
  #idxEndBytes = 0;

  private constructor(files: FileSystem, paths: VolumePaths, rowBytes: number) {
    this.#files = files;
    this.#paths = paths;
    this.#rowBytes = rowBytes;
  }

  static async create(files: FileSystem, paths: VolumePaths, volume: OpenedVolume): Promise<DiskCompactionFiles> {
    const created = new DiskCompactionFiles(files, paths, indexRowBytes(volume.offsetWidth));
    await removeFiles([paths.compactedDat, paths.compactedIdx, paths.compactionMark]);
    // An old mark must not come back beside half a copy.
    await syncDirectory(dirname(paths.compactionMark));
    const open = (path: string, flags: number) => call<number>((done) => files.open(path, flags, done));
    const oldIdx = await open(paths.idx, OPEN_READ_WRITE);
    created.#handles = {
      oldIdx,
      dat: await open(paths.compactedDat, OPEN_CREATE),
      idx: await open(paths.compactedIdx, OPEN_CREATE),
    };
    const { superblock } = volume;
    const revision = (superblock.compactionRevision + 1) & 0xffff;
    await created.append([encodeSuperblock({ ...superblock, compactionRevision: revision })], new Uint8Array(0));
    return created;
  }

  get endBytes(): number {
    return this.#endBytes;
  }

  get isDecided(): boolean {
    return this.#isDecided;
  }

  async readRows(fromBytes: number, lengthBytes: number): Promise<Buffer> {
    const target = Buffer.allocUnsafe(lengthBytes);
    const { oldIdx } = this.#open();
    const bytesRead = await call<number>((done) => this.#files.read(oldIdx, target, lengthBytes, fromBytes, done));
    return target.subarray(0, bytesRead - (bytesRead % this.#rowBytes));
  }

  async append(records: readonly Uint8Array[], rows: Uint8Array): Promise<void> {
    const { dat, idx } = this.#open();
    await callVoid((done) => writeInPieces(this.#files, dat, joinAdjacent(records), this.#endBytes, done));
    this.#endBytes += bytesOf(records);
    await callVoid((done) => writeInPieces(this.#files, idx, [rows], this.#idxEndBytes, done));
    this.#idxEndBytes += rows.length;
  }

  async commit(): Promise<void> {
    const { dat, idx } = this.#open();
    await callVoid((done) => this.#files.fdatasync(dat, done));
    await callVoid((done) => this.#files.fdatasync(idx, done));
    await this.#close();
    await syncDirectory(dirname(this.#paths.compactedIdx));
    this.#isDecided = true;
    try {
      await replaceFile(this.#paths.compactionMark, '');
    } catch (error) {
      await this.#withdrawMark();
      throw error;
    }
    await swapCompacted(this.#paths);
  }

  async discard(): Promise<void> {
    await this.#close();
    if (this.#isDecided) return;
    await removeFiles([this.#paths.compactedDat, this.#paths.compactedIdx]);
  }

  /** It is not known how far the mark got: undecided again only once it is gone for certain. */
  async #withdrawMark(): Promise<void> {
    const { compactionMark } = this.#paths;
    await removeFiles([compactionMark]);
    await syncDirectory(dirname(compactionMark));
    this.#isDecided = false;
  }

  #open(): { readonly oldIdx: number; readonly dat: number; readonly idx: number } {
    if (this.#handles === undefined) throw new Error('the files of this compaction are closed');
    return this.#handles;
  }

  async #close(): Promise<void> {
    const handles = this.#handles;
    this.#handles = undefined;
    for (const handle of Object.values(handles ?? {})) await callVoid((done) => this.#files.close(handle, done));
  }
}

/** The same bytes in fewer pieces: those that lie one behind the other in one memory become one. */
function joinAdjacent(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const joined: Uint8Array[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last === undefined || last.buffer !== piece.buffer || last.byteOffset + last.length !== piece.byteOffset) {
      if (piece.length > 0) joined.push(piece);
      continue;
    }
    joined[joined.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + piece.length);
  }
  return joined;
}

function bytesOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
