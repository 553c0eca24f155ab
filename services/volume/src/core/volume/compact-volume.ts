import {
  decodeIndexEntry,
  decodeNeedle,
  decodeNeedleHeader,
  FormatError,
  hasFlag,
  type IndexEntry,
  indexRowBytes,
  locateNeedleBody,
  NEEDLE_FLAG,
  recordBytes,
  writeIndexRow,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { findAppendedAfter } from '../append/append-position.ts';
import { LIMITS } from '../limits.ts';
import { isExpired } from '../needles/read-needle.ts';
import { readExactly } from '../needles/read-record.ts';
import type { CompactionFiles, IndexedNeedle, VolumeStore } from '../ports.ts';
import type { Volume } from './volume.ts';

/*
 * A compaction copies live records, as they are and in the order of the file, to a new pair of files, while writers go on. It walks over
 * the index rows: first up to where they ended when it began, then over those that came since, tombstones among them. Only for the last
 * few rows are writers held back.
 *
 * Invariants
 * C1 A record is copied byte for byte; a damaged one stays an error and does not become "not found".
 * C2 The new pair is on stable storage before the mark that makes it valid.
 * C3 Until the mark is there the old pair is untouched.
 * C4 Append times keep their order, so copies by time still find their place.
 * C5 Deletions that other holders may have missed stay: all since the copies were last known to be equal.
 */

/** Garbage as a share of everything written: what a vacuum would win. */
export function garbageRatio(volume: Volume): number {
  const { contentBytes, deletedBytes } = volume.counters;
  return contentBytes === 0 ? 0 : deletedBytes / contentBytes;
}

interface KeptRows {
  readonly snapshotBytes: number;
  readonly deletionsFromBytes: number;
  readonly forgottenBeforeNs: bigint;
}

/** Where the records of deletions begin that another holder may not have; nowhere for a volume with one copy. */
async function findKeptDeletions(volume: Volume): Promise<number> {
  if (volume.copies === 1) return Number.POSITIVE_INFINITY;
  if (volume.agreedAtNs === undefined) return 0;
  return (await findAppendedAfter(volume, volume.agreedAtNs)) ?? volume.opened.file.endBytes;
}

/** One compaction of one volume, from its first row to its end. */
export class Compaction {
  readonly #volume: Volume;
  readonly #store: VolumeStore;
  readonly #files: CompactionFiles;
  /** Rows in front of this position were there when the compaction began. */
  readonly #snapshotBytes: number;
  /** Deletions whose records lie from here on are kept. */
  readonly #deletionsFromBytes: number;
  /** Deletions from before this time are not. */
  readonly #forgottenBeforeNs: bigint;
  #rowsAt = 0;
  #copiedBytes = 0;
  #memory = Buffer.alloc(0);

  private constructor(volume: Volume, store: VolumeStore, files: CompactionFiles, kept: KeptRows) {
    this.#volume = volume;
    this.#store = store;
    this.#files = files;
    this.#snapshotBytes = kept.snapshotBytes;
    this.#deletionsFromBytes = kept.deletionsFromBytes;
    this.#forgottenBeforeNs = kept.forgottenBeforeNs;
  }

  /** @throws VolumeError `read-only` when the volume cannot be trusted, `io-error` */
  static async begin(volume: Volume, store: VolumeStore): Promise<Compaction> {
    const { state, volumeId } = volume;
    if (state === 'damaged' || state === 'io-error') {
      throw new VolumeError('read-only', `volume ${volumeId} is not compacted: ${state}`);
    }
    await volume.opened.log.flush();
    const { agreedAtNs, deletionsForgottenBeforeNs } = volume;
    const deletionsFromBytes = await findKeptDeletions(volume);
    const files = await store.startCompaction(volume.opened);
    // With one copy there is nobody to remember for; should there be more one day, this is where memory begins.
    const horizonNs = volume.copies === 1 ? volume.clock.nowNs() : (agreedAtNs ?? 0n);
    const forgottenBeforeNs = horizonNs > deletionsForgottenBeforeNs ? horizonNs : deletionsForgottenBeforeNs;
    const snapshotBytes = volume.opened.log.endBytes;
    return new Compaction(volume, store, files, { snapshotBytes, deletionsFromBytes, forgottenBeforeNs });
  }

  /** Copies what is there. Yields the bytes looked at after every step. */
  async *copy(signal?: AbortSignal): AsyncGenerator<number> {
    while (this.#rowsAt < this.#snapshotBytes) {
      signal?.throwIfAborted();
      await this.#copyRows(this.#snapshotBytes - this.#rowsAt);
      yield this.#copiedBytes;
    }
  }

  /**
   * Copies what came since, holds writers back for the last rows, and takes the new files into use.
   * @throws VolumeError `io-error`; the volume then goes on with its old files, read-only when the next opening takes the new ones
   */
  async commit(): Promise<void> {
    const { log } = this.#volume.opened;
    const rowBytes = indexRowBytes(this.#volume.opened.offsetWidth);
    try {
      while (log.endBytes - this.#rowsAt > LIMITS.compactionFinalRows * rowBytes)
        await this.#copyRows(log.endBytes - this.#rowsAt);
      await this.#volume.queue.pause();
      await log.flush();
      while (this.#rowsAt < log.endBytes) await this.#copyRows(log.endBytes - this.#rowsAt);
      await this.#files.commit();
    } catch (error) {
      if (this.#files.isDecided) this.#volume.apply('append-failed', error instanceof Error ? error : undefined);
      this.#volume.queue.resume();
      await this.#files.discard().catch(() => undefined);
      throw new VolumeError('io-error', `compaction of volume ${this.#volume.volumeId} failed`, { cause: error });
    }
    await this.#takeIntoUse();
  }

  discard(): Promise<void> {
    return this.#files.discard();
  }

  /** From here on the old files are nobody's: when the new ones cannot be opened, nothing may be written any more. */
  async #takeIntoUse(): Promise<void> {
    try {
      await this.#volume.replaceFiles(await this.#store.openVolume(this.#volume.volumeId));
      this.#volume.forgetDeletionsBefore(this.#forgottenBeforeNs);
    } catch (error) {
      const cause = error instanceof Error ? error : undefined;
      this.#volume.apply('append-failed', cause);
      this.#volume.queue.resume();
      throw error;
    }
  }

  async #copyRows(leftBytes: number): Promise<void> {
    const { offsetWidth } = this.#volume.opened;
    const rowBytes = indexRowBytes(offsetWidth);
    const wantedBytes = Math.min(LIMITS.compactionRows * rowBytes, leftBytes);
    const window = await this.#files.readRows(this.#rowsAt, wantedBytes);
    if (window.length === 0) throw new VolumeError('io-error', `index rows at ${this.#rowsAt} cannot be read`);
    let run: IndexEntry[] = [];
    for (let at = 0; at < window.length; at += rowBytes) {
      const entry = decodeIndexEntry(window, at, offsetWidth);
      if (!this.#isWanted(entry, this.#rowsAt + at)) continue;
      if (!this.#continues(run, entry)) {
        await this.#copyRun(run);
        run = [];
      }
      run.push(entry);
    }
    await this.#copyRun(run);
    this.#rowsAt += window.length;
  }

  /** Before the snapshot only what is live now counts; since then everything, so that deletions are not forgotten. */
  #isWanted(entry: IndexEntry, rowAt: number): boolean {
    if (rowAt >= this.#snapshotBytes) return true;
    const live = this.#volume.opened.index.get(entry.id);
    if (entry.sizeBytes < 0)
      return entry.offsetBytes >= this.#deletionsFromBytes && entry.offsetBytes > 0 && !isLive(live);
    if (live === undefined || live.offsetBytes !== entry.offsetBytes) return false;
    // Deleted since the snapshot: its tombstone comes later and needs something to delete.
    return live.sizeBytes >= 0;
  }

  /** Whether a record lies behind those of the run with little garbage between, and one read still takes them all. */
  #continues(run: readonly IndexEntry[], entry: IndexEntry): boolean {
    const first = run[0];
    const last = run.at(-1);
    if (first === undefined || last === undefined) return true;
    if (entry.offsetBytes === 0 || last.offsetBytes === 0) return false;
    const endBytes = last.offsetBytes + this.#lengthOf(last);
    const gapBytes = entry.offsetBytes - endBytes;
    if (gapBytes < 0 || gapBytes > LIMITS.compactionGapBytes) return false;
    return entry.offsetBytes - first.offsetBytes < LIMITS.compactionReadBytes;
  }

  /** The same memory for every read: the last one's records have been written by then. */
  #memoryFor(lengthBytes: number): Buffer {
    if (this.#memory.length < lengthBytes)
      this.#memory = Buffer.allocUnsafeSlow(Math.max(lengthBytes, LIMITS.compactionReadBytes));
    return this.#memory.subarray(0, lengthBytes);
  }

  /** Copies records that lie near each other. */
  async #copyRun(run: readonly IndexEntry[]): Promise<void> {
    const first = run[0];
    const last = run.at(-1);
    if (first === undefined || last === undefined) return;
    const { offsetWidth } = this.#volume.opened;
    const rows = Buffer.allocUnsafe(run.length * indexRowBytes(offsetWidth));
    let rowsEnd = 0;
    const kept: Buffer[] = [];
    if (first.offsetBytes === 0) {
      // A tombstone without a record stays a row without a record.
      for (const entry of run) rowsEnd = writeIndexRow(rows, rowsEnd, entry.id, 0, entry.sizeBytes, offsetWidth);
    } else {
      const lengthBytes = last.offsetBytes + this.#lengthOf(last) - first.offsetBytes;
      const records = await readExactly(
        this.#volume.opened,
        first.offsetBytes,
        lengthBytes,
        this.#memoryFor(lengthBytes),
      );
      let newOffsetBytes = this.#files.endBytes;
      for (const entry of run) {
        const at = entry.offsetBytes - first.offsetBytes;
        const record = records.subarray(at, at + this.#lengthOf(entry));
        if (!this.#isKept(record, entry)) continue;
        rowsEnd = writeIndexRow(rows, rowsEnd, entry.id, newOffsetBytes, entry.sizeBytes, offsetWidth);
        newOffsetBytes += record.length;
        kept.push(record);
      }
      this.#copiedBytes += lengthBytes;
    }
    await this.#files.append(kept, rows.subarray(0, rowsEnd));
  }

  /** Drops what has expired, and what is another record and so could never be read. */
  #isKept(record: Buffer, entry: IndexEntry): boolean {
    const { version } = this.#volume.opened.superblock;
    const header = decodeNeedleHeader(record);
    if (header.sizeBytes !== Math.max(entry.sizeBytes, 0)) return false;
    if (version === 1 || header.sizeBytes === 0) return true;
    try {
      const flags = record[locateNeedleBody(record, header.sizeBytes, version).dataEnd] ?? 0;
      if (!hasFlag(flags, NEEDLE_FLAG.hasTtl)) return true;
      return !isExpired(decodeNeedle(record, version), version, this.#volume.clock.nowNs());
    } catch (error) {
      if (error instanceof FormatError) return true;
      throw error;
    }
  }

  #lengthOf(entry: IndexEntry): number {
    return recordBytes(entry.sizeBytes, this.#volume.opened.superblock.version);
  }
}

function isLive(needle: IndexedNeedle | undefined): boolean {
  return needle !== undefined && needle.sizeBytes >= 0;
}
