import {
  decodeNeedleHeader,
  FormatError,
  type IndexEntry,
  locateNeedleBody,
  recordBytes,
  verifyNeedleData,
} from '@needlestack/needle-format';
import { LIMITS } from '../limits.ts';
import { recordSource } from '../needles/read-record.ts';
import type { OpenedVolume } from '../ports.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';
import type { Volume } from '../volume/volume.ts';
import { checkIndex, readRows } from './check-index.ts';
import type { ScrubReport } from './scrub-report.ts';

/** `index` looks at the rows alone, `full` at every record that they name. */
export type ScrubMode = 'index' | 'full';

/**
 * Reads a volume through and says what is damaged. Writers go on meanwhile; when a compaction replaces the files it starts again.
 * @throws VolumeError `io-error` when the index cannot be read
 */
export async function scrubVolume(
  volume: Volume,
  mode: ScrubMode,
  pacer: BytePacer,
  signal: AbortSignal,
): Promise<ScrubReport> {
  for (;;) {
    const { opened } = volume;
    try {
      const { rows, faults } = await checkIndex(opened, signal);
      if (mode === 'index') return { needles: rows, faults, damagedIds: [] };
      const records = new RecordScrub(opened, pacer, signal);
      for await (const entry of readRows(opened, signal)) await records.check(entry);
      return { needles: rows, faults: [...faults, ...records.faults], damagedIds: records.damagedIds };
    } catch (error) {
      if (volume.opened === opened || signal.aborted) throw error;
    }
  }
}

/** Checks records one by one. They come in the order of the file, so one read serves many. */
class RecordScrub {
  readonly faults: string[] = [];
  readonly damagedIds: bigint[] = [];
  readonly #opened: OpenedVolume;
  readonly #pacer: BytePacer;
  readonly #signal: AbortSignal;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  constructor(opened: OpenedVolume, pacer: BytePacer, signal: AbortSignal) {
    this.#opened = opened;
    this.#pacer = pacer;
    this.#signal = signal;
  }

  async check(entry: IndexEntry): Promise<void> {
    if (entry.offsetBytes === 0 || entry.sizeBytes < 0) return;
    const lengthBytes = recordBytes(entry.sizeBytes, this.#opened.superblock.version);
    const record = await this.#read(entry.offsetBytes, lengthBytes);
    const fault = this.#faultOf(record, entry, lengthBytes);
    if (fault === undefined) return;
    if (this.faults.length < LIMITS.scrubFaults) {
      this.faults.push(`failed to read needle ${entry.id} on volume ${this.#opened.volumeId}: ${fault}`);
    }
    const live = this.#opened.index.get(entry.id);
    if (live !== undefined && live.sizeBytes >= 0 && live.offsetBytes === entry.offsetBytes) {
      this.damagedIds.push(entry.id);
    }
  }

  #faultOf(record: Buffer, entry: IndexEntry, lengthBytes: number): string | undefined {
    if (record.length < lengthBytes) return `${record.length} bytes at ${entry.offsetBytes}, expected ${lengthBytes}`;
    try {
      const { id, sizeBytes } = decodeNeedleHeader(record);
      if (id !== entry.id || sizeBytes !== entry.sizeBytes) {
        return `at ${entry.offsetBytes} lies needle ${id} of size ${sizeBytes}, expected size ${entry.sizeBytes}`;
      }
      if (sizeBytes === 0) return undefined;
      const { dataAt, dataEnd, checksum } = locateNeedleBody(record, sizeBytes, this.#opened.superblock.version);
      verifyNeedleData(record.subarray(dataAt, dataEnd), checksum);
      return undefined;
    } catch (error) {
      if (error instanceof FormatError) return error.message;
      throw error;
    }
  }

  async #read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    if (offsetBytes < this.#windowAt || offsetBytes + lengthBytes > this.#windowAt + this.#window.length) {
      this.#signal.throwIfAborted();
      const source = recordSource(this.#opened);
      const leftBytes = Math.max(0, source.lengthBytes - offsetBytes);
      const wantedBytes = Math.min(Math.max(lengthBytes, LIMITS.scrubReadBytes), leftBytes);
      await this.#pacer.pass(wantedBytes, this.#signal);
      this.#window = wantedBytes === 0 ? Buffer.alloc(0) : await source.read(offsetBytes, wantedBytes);
      this.#windowAt = offsetBytes;
    }
    const at = offsetBytes - this.#windowAt;
    return this.#window.subarray(at, at + lengthBytes);
  }
}
