import { locateInShards } from '@needlestack/erasure-coding';
import {
  decodeNeedleHeader,
  FormatError,
  type IndexEntry,
  indexRowBytes,
  locateNeedleBody,
  recordBytes,
  verifyNeedleData,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../limits.ts';
import type { EcContext } from '../shards/ec-context.ts';
import type { ShardHolders } from '../shards/ec-ports.ts';
import type { EcVolume } from '../shards/ec-volume.ts';
import { readShardRows } from '../shards/shard-rows.ts';

/** `index` looks at rows, `local` at what lies here, `full` also at other servers, `checksum` at every byte of every shard here. */
export type ShardScrubMode = 'index' | 'local' | 'full' | 'checksum';

/** What reading the shards of a volume through has found. */
export interface ShardScrubReport {
  readonly needles: number;
  /** What was found, in words; none for healthy shards. */
  readonly faults: readonly string[];
  readonly brokenShards: readonly { readonly shardId: number; readonly sizeBytes: number }[];
}

/**
 * Reads shards through and says what is damaged. Nothing is made again out of other shards: the question is whether each is what it should be.
 * @throws VolumeError `io-error`
 */
export async function scrubShards(
  context: EcContext,
  volume: EcVolume,
  mode: ShardScrubMode,
  signal: AbortSignal,
): Promise<ShardScrubReport> {
  if (mode === 'checksum') return scrubChecksums(context, volume, signal);
  const index = await scrubIndex(volume, signal);
  if (mode === 'index') return { needles: index.needles, faults: index.faults, brokenShards: [] };
  const holders: ShardHolders = mode === 'full' ? await context.ecNeedles.holdersOf(volume) : new Map();
  const records = new RecordScrub(context, volume, holders, mode === 'full');
  for await (const entry of readShardRows(volume.shared)) {
    signal.throwIfAborted();
    await records.check(entry);
  }
  return {
    needles: index.needles,
    faults: [...index.faults, ...records.faults],
    brokenShards: [...records.brokenShards].sort((a, b) => a - b).map((shardId) => describe(volume, shardId)),
  };
}

async function scrubChecksums({ shards }: EcContext, volume: EcVolume, signal: AbortSignal): Promise<ShardScrubReport> {
  const { name, volumeId, diskIds, info } = volume;
  const verdict = await shards.store.verify(name, diskIds, info.ratio, signal);
  if (verdict.state === 'invalid') {
    return { needles: 0, faults: [`ec volume ${volumeId}: its checksum file is damaged`], brokenShards: [] };
  }
  const faults = [...verdict.damaged.map(({ detail }) => detail), ...verdict.staleDetails];
  const broken = new Set(verdict.damaged.map(({ shardId }) => shardId));
  return { needles: 0, faults, brokenShards: [...broken].map((shardId) => describe(volume, shardId)) };
}

/** Whether the index consists of whole rows in ascending order whose records lie within the volume and side by side. */
async function scrubIndex(volume: EcVolume, signal: AbortSignal): Promise<{ needles: number; faults: string[] }> {
  const { volumeId, shared, info } = volume;
  const faults: string[] = [];
  const fault = (text: string): void => {
    if (faults.length < LIMITS.scrubFaults) faults.push(text);
  };
  const { fileBytes, rowCount, width } = shared.index;
  if (fileBytes === 0) fault(`zero-size ECX file for EC volume ${volumeId}`);
  if (fileBytes % indexRowBytes(width) !== 0) {
    fault(`index of EC volume ${volumeId} has ${fileBytes} bytes, expected a multiple of ${indexRowBytes(width)}`);
  }
  const starts = new Float64Array(rowCount);
  const ends = new Float64Array(rowCount);
  let needles = 0;
  let lastId = -1n;
  for await (const { id, offsetBytes, sizeBytes } of readShardRows(shared)) {
    if (needles % LIMITS.scrubRows === 0) signal.throwIfAborted();
    if (id <= lastId) fault(`needle ${id} of EC volume ${volumeId} comes behind needle ${lastId} in the index`);
    lastId = id;
    starts[needles] = offsetBytes;
    // A folded deletion leaves no length behind.
    ends[needles] = sizeBytes < 0 ? offsetBytes : offsetBytes + recordBytes(sizeBytes, info.version);
    if (info.datFileBytes > 0 && (ends[needles] ?? 0) > info.datFileBytes) {
      fault(`needle ${id} of EC volume ${volumeId} ends behind the volume's ${info.datFileBytes} bytes`);
    }
    needles += 1;
  }
  if (hasOverlap(starts.subarray(0, needles).sort(), ends.subarray(0, needles).sort())) {
    fault(`records of EC volume ${volumeId} overlap`);
  }
  return { needles, faults };
}

/** Records are disjoint exactly when, each sorted by itself, no end lies behind the next start. */
function hasOverlap(starts: Float64Array, ends: Float64Array): boolean {
  for (let index = 1; index < starts.length; index += 1) {
    if ((ends[index - 1] ?? 0) > (starts[index] ?? 0)) return true;
  }
  return false;
}

/** Checks records one by one, as far as their bytes are at hand. */
class RecordScrub {
  readonly faults: string[] = [];
  readonly brokenShards = new Set<number>();
  readonly #context: EcContext;
  readonly #volume: EcVolume;
  readonly #holders: ShardHolders;
  /** Bytes that are nowhere are a fault, not another server's business. */
  readonly #wantsAll: boolean;

  constructor(context: EcContext, volume: EcVolume, holders: ShardHolders, wantsAll: boolean) {
    this.#context = context;
    this.#volume = volume;
    this.#holders = holders;
    this.#wantsAll = wantsAll;
  }

  async check(entry: IndexEntry): Promise<void> {
    try {
      await this.#checkRecord(entry);
    } catch (error) {
      // Its deletion stands in the journal of another server only.
      const isDeletedThere = error instanceof VolumeError && error.code === 'needle-not-found';
      if (!isDeletedThere) throw error;
    }
  }

  async #checkRecord(entry: IndexEntry): Promise<void> {
    const { journal } = this.#volume.shared;
    if (entry.sizeBytes < 0 || journal.ids.has(entry.id)) return;
    const lengthBytes = recordBytes(entry.sizeBytes, this.#volume.info.version);
    const intervals = locateInShards(this.#volume.layout, entry.offsetBytes, lengthBytes);
    const reader = this.#context.ecNeedles.readerOf(this.#volume, entry.id, this.#holders);
    const parts: Buffer[] = [];
    for (const { shardId, offsetBytes, lengthBytes: partBytes } of intervals) {
      if (!this.#wantsAll && !this.#volume.shards.has(shardId)) continue;
      const part = await reader.read(shardId, offsetBytes, partBytes);
      if (part !== undefined) parts.push(part);
      else this.#shardFault(shardId, entry, offsetBytes, partBytes);
    }
    if (parts.length < intervals.length) return;
    const damage = damageOf(Buffer.concat(parts), entry, this.#volume);
    if (damage === undefined) return;
    const where = intervals.map(({ shardId }) => shardId).join(' ');
    this.#fault(`needle ${entry.id} on volume ${this.#volume.volumeId}, shards [${where}]: ${damage}`);
  }

  #shardFault(shardId: number, { id }: IndexEntry, offsetBytes: number, lengthBytes: number): void {
    this.brokenShards.add(shardId);
    const where = `${lengthBytes} bytes at ${offsetBytes} for needle ${id} on volume ${this.#volume.volumeId}`;
    this.#fault(`failed to read EC shard ${shardId}: ${where}`);
  }

  #fault(text: string): void {
    if (this.faults.length < LIMITS.scrubFaults) this.faults.push(text);
  }
}

function damageOf(record: Buffer, entry: IndexEntry, { info }: EcVolume): string | undefined {
  try {
    const { id, sizeBytes } = decodeNeedleHeader(record);
    if (id !== entry.id || sizeBytes !== entry.sizeBytes) {
      return `at ${entry.offsetBytes} lies needle ${id} of size ${sizeBytes}, expected size ${entry.sizeBytes}`;
    }
    if (sizeBytes === 0) return undefined;
    const { dataAt, dataEnd, checksum } = locateNeedleBody(record, sizeBytes, info.version);
    verifyNeedleData(record.subarray(dataAt, dataEnd), checksum);
    return undefined;
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

function describe(volume: EcVolume, shardId: number): { readonly shardId: number; readonly sizeBytes: number } {
  return { shardId, sizeBytes: volume.shards.get(shardId)?.file.endBytes ?? 0 };
}
