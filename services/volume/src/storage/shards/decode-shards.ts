import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { allShardIds, readFromShards, repairFromShards, type ShardReader } from '@needlestack/erasure-coding';
import {
  decodeIndexEntry,
  decodeNeedleHeader,
  decodeSuperblock,
  encodeSuperblock,
  FormatError,
  type IndexEntry,
  indexRowBytes,
  locateNeedleBody,
  recordBytes,
  SUPERBLOCK_BYTES,
  verifyNeedleData,
  writeIndexRow,
} from '@needlestack/needle-format';
import type { DecodeJob, DecodeOutcome } from './ec-jobs.ts';
import { readFully, ShardStreamFiles, writeFully } from './shard-stream-files.ts';

/** Records that lie one behind the other are read together, up to this many bytes. */
const RUN_BYTES = 4 * 2 ** 20;
const ROWS_PER_WINDOW = 65_536;

/**
 * Puts a volume together again: its live records in the order in which they were appended, and an index for them. What is left out is
 * what a compaction would leave out, so the compaction revision counts one more.
 */
export async function decodeShards(job: DecodeJob): Promise<DecodeOutcome> {
  const shards = new ShardStreamFiles(job.shards, 'r');
  const dat = openSync(job.datPath, 'w');
  const idx = openSync(job.idxPath, 'w');
  try {
    const decoder = new VolumeDecoder(job, readerOver(job, shards), dat, idx);
    const outcome = await decoder.run();
    fdatasyncSync(dat);
    fdatasyncSync(idx);
    return outcome;
  } finally {
    shards.close();
    closeSync(dat);
    closeSync(idx);
  }
}

function readerOver({ layout, shards }: DecodeJob, files: ShardStreamFiles): ShardReader {
  const present = new Set(shards.map(({ shardId }) => shardId));
  return {
    layout,
    shardIds: allShardIds(layout).filter((shardId) => present.has(shardId)),
    read: async (shardId, offsetBytes, lengthBytes, into) => {
      const target = into ?? Buffer.allocUnsafe(lengthBytes);
      try {
        files.read(shardId, target, offsetBytes);
        return target;
      } catch {
        return undefined;
      }
    },
  };
}

class VolumeDecoder {
  readonly #job: DecodeJob;
  readonly #reader: ShardReader;
  readonly #dat: number;
  readonly #idx: number;
  #datAt = 0;
  #idxAt = 0;
  #damagedNeedles = 0;

  constructor(job: DecodeJob, reader: ShardReader, dat: number, idx: number) {
    this.#job = job;
    this.#reader = reader;
    this.#dat = dat;
    this.#idx = idx;
  }

  async run(): Promise<DecodeOutcome> {
    this.#append(await this.#superblock());
    const entries = readLiveEntries(this.#job);
    let run: IndexEntry[] = [];
    for (const entry of entries) {
      if (!this.#continues(run, entry)) {
        await this.#copy(run);
        run = [];
      }
      run.push(entry);
    }
    await this.#copy(run);
    return { liveNeedles: entries.length, damagedNeedles: this.#damagedNeedles };
  }

  async #superblock(): Promise<Buffer> {
    const head = await this.#read(0, SUPERBLOCK_BYTES);
    const superblock = decodeSuperblock(await this.#read(0, SUPERBLOCK_BYTES + head.readUInt16BE(6)));
    return encodeSuperblock({ ...superblock, compactionRevision: (superblock.compactionRevision + 1) & 0xffff });
  }

  #continues(run: readonly IndexEntry[], entry: IndexEntry): boolean {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return true;
    const endBytes = last.offsetBytes + this.#lengthOf(last);
    return entry.offsetBytes === endBytes && endBytes - first.offsetBytes < RUN_BYTES;
  }

  async #copy(run: readonly IndexEntry[]): Promise<void> {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return;
    const lengthBytes = last.offsetBytes + this.#lengthOf(last) - first.offsetBytes;
    const records = await this.#read(first.offsetBytes, lengthBytes);
    const rows = Buffer.allocUnsafe(run.length * indexRowBytes(this.#job.width));
    let rowsEnd = 0;
    for (const entry of run) {
      const at = entry.offsetBytes - first.offsetBytes;
      const record = await this.#mended(records.subarray(at, at + this.#lengthOf(entry)), entry);
      rowsEnd = writeIndexRow(rows, rowsEnd, entry.id, this.#datAt, entry.sizeBytes, this.#job.width);
      this.#append(record);
    }
    writeFully(this.#idx, rows, this.#idxAt);
    this.#idxAt += rows.length;
  }

  /** A damaged record is made again out of the other shards; when that fails it is copied as it is, and stays damaged. */
  async #mended(record: Buffer, entry: IndexEntry): Promise<Buffer> {
    if (this.#isWhole(record, entry)) return record;
    const repaired = await repairFromShards(this.#reader, entry.offsetBytes, record.length, (bytes) =>
      this.#isWhole(bytes, entry),
    );
    if (repaired !== undefined) return repaired.bytes;
    this.#damagedNeedles += 1;
    return record;
  }

  #isWhole(record: Buffer, { id, sizeBytes }: IndexEntry): boolean {
    const header = decodeNeedleHeader(record);
    if (header.id !== id || header.sizeBytes !== sizeBytes) return false;
    if (sizeBytes === 0) return true;
    try {
      const body = locateNeedleBody(record, sizeBytes, this.#job.version);
      verifyNeedleData(record.subarray(body.dataAt, body.dataEnd), body.checksum);
      return true;
    } catch (error) {
      if (error instanceof FormatError) return false;
      throw error;
    }
  }

  async #read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    const bytes = await readFromShards(this.#reader, offsetBytes, lengthBytes);
    if (bytes === undefined) throw new Error(`${lengthBytes} bytes at ${offsetBytes} lie in shards that are missing`);
    return bytes;
  }

  #append(bytes: Uint8Array): void {
    writeFully(this.#dat, bytes, this.#datAt);
    this.#datAt += bytes.length;
  }

  #lengthOf(entry: IndexEntry): number {
    return recordBytes(entry.sizeBytes, this.#job.version);
  }
}

/** In the order of their records. Part of a row at the end is left out. */
function readLiveEntries({ indexPath, width }: DecodeJob): IndexEntry[] {
  const rowBytes = indexRowBytes(width);
  const window = Buffer.allocUnsafe(ROWS_PER_WINDOW * rowBytes);
  const entries: IndexEntry[] = [];
  const handle = openSync(indexPath, 'r');
  try {
    for (let windowAt = 0; ; windowAt += window.length) {
      const bytesRead = readFully(handle, window, windowAt);
      for (let at = 0; at + rowBytes <= bytesRead; at += rowBytes) {
        const entry = decodeIndexEntry(window, at, width);
        if (entry.offsetBytes > 0 && entry.sizeBytes >= 0) entries.push(entry);
      }
      if (bytesRead < window.length) break;
    }
  } finally {
    closeSync(handle);
  }
  return entries.sort((a, b) => a.offsetBytes - b.offsetBytes);
}
