import {
  allShardIds,
  locateInShards,
  readFromShards,
  repairFromShards,
  type ShardReader,
} from '@needlestack/erasure-coding';
import { type DecodedNeedle, type IndexEntry, recordBytes } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { classifyDamage } from '../needles/classify-damage.ts';
import { cookieMismatch, needleNotFound, type RecordOwner, takeNeedle } from '../needles/read-needle.ts';
import { damagedRecord } from '../needles/read-record.ts';
import type { Clock } from '../ports.ts';
import type { EcEvents, ShardHolders, ShardPeers } from './ec-ports.ts';
import type { EcRegistry } from './ec-registry.ts';
import type { EcVolume } from './ec-volume.ts';

export interface EcNeedlesOptions {
  readonly registry: EcRegistry;
  readonly peers: ShardPeers;
  readonly clock: Clock;
  readonly events: EcEvents;
}

/**
 * Needles of volumes that lie in shards, here and on other servers. A shard that is not here is read where it is; one that is nowhere, or
 * that does not answer, is made again out of the others, and so is one whose bytes are not those that were written.
 */
export class EcNeedles {
  readonly #options: EcNeedlesOptions;

  constructor(options: EcNeedlesOptions) {
    this.#options = options;
  }

  /** Whether a shard of the volume is mounted here. */
  has(volumeId: number): boolean {
    return this.#options.registry.get(volumeId) !== undefined;
  }

  /**
   * @throws VolumeError `volume-not-found`, `needle-not-found` (unknown, deleted, expired), `cookie-mismatch`,
   * `checksum-mismatch` (damaged beyond repair), `io-error` (too few shards are left)
   */
  async read(volumeId: number, id: bigint, cookie: number | undefined): Promise<DecodedNeedle> {
    const volume = this.#require(volumeId);
    const entry = await volume.find(id);
    if (entry === undefined || entry.sizeBytes < 0) throw needleNotFound(volumeId, id);
    const lengthBytes = recordBytes(entry.sizeBytes, volume.info.version);
    const needle = await this.#readRecord(volume, entry, lengthBytes);
    // Deleted while it was being read.
    if (volume.shared.journal.ids.has(id)) throw needleNotFound(volumeId, id);
    if (cookie !== undefined && needle.cookie !== cookie) throw cookieMismatch(volumeId, id);
    return needle;
  }

  /**
   * Deletes a needle where its first byte lies, or on any holder of other shards when nobody has that one. Resolves with the length that
   * SeaweedFS gives: that of a record whose body is a whole record.
   * @throws VolumeError as `read`, and `unreachable`
   */
  async delete(volumeId: number, id: bigint, cookie: number | undefined): Promise<number> {
    const volume = this.#require(volumeId);
    const { version } = volume.info;
    const entry = await volume.find(id);
    await this.read(volumeId, id, cookie);
    if (entry === undefined) throw needleNotFound(volumeId, id);
    const [first] = locateInShards(volume.layout, entry.offsetBytes, 1);
    if (first === undefined || volume.shards.has(first.shardId)) await volume.shared.journal.append([id]);
    else await this.#deleteElsewhere(volume, first.shardId, id);
    return recordBytes(recordBytes(entry.sizeBytes, version), version);
  }

  /** Reads the bytes of one needle from this server, and from those holders where a shard is not here. */
  readerOf(volume: EcVolume, id: bigint, holders: ShardHolders, distrusted = volume.distrusted): ShardReader {
    const local = allShardIds(volume.layout).filter(
      (shardId) => volume.shards.has(shardId) && !distrusted.has(shardId),
    );
    const remote = allShardIds(volume.layout).filter((shardId) => !volume.shards.has(shardId) && holders.has(shardId));
    return {
      layout: volume.layout,
      shardIds: [...local, ...remote],
      read: async (shardId, offsetBytes, lengthBytes, into) =>
        (await this.#readLocal(volume, shardId, offsetBytes, lengthBytes, into)) ??
        this.#readRemote(volume, id, holders.get(shardId) ?? [], { shardId, offsetBytes, lengthBytes }),
    };
  }

  async #readLocal(
    volume: EcVolume,
    shardId: number,
    at: number,
    lengthBytes: number,
    into: Buffer | undefined,
  ): Promise<Buffer | undefined> {
    const bytes = await volume.readShard(shardId, at, lengthBytes, into);
    // Reads behind the end of the volume are nobody's fault.
    const isExpected = at + lengthBytes <= volume.layout.shardBytes && volume.shards.has(shardId);
    if (bytes === undefined && isExpected) this.#options.events.shardUnreadable(volume.volumeId, shardId);
    return bytes;
  }

  holdersOf(volume: EcVolume): Promise<ShardHolders> {
    return this.#options.peers.holders(volume.volumeId, volume.info.ratio, new Set(volume.shards.keys()));
  }

  /** The same, asked anew and not remembered: reads ask when they need it, after a shard has moved. */
  async findHolders(volume: EcVolume): Promise<ShardHolders> {
    this.#options.peers.forgetAll(volume.volumeId);
    const holders = await this.holdersOf(volume);
    this.#options.peers.forgetAll(volume.volumeId);
    return holders;
  }

  async #readRecord(volume: EcVolume, entry: IndexEntry, lengthBytes: number): Promise<DecodedNeedle> {
    const local = await this.#readHere(volume, entry, lengthBytes);
    if (local !== undefined) return local;
    const holders = await this.holdersOf(volume);
    let reader = this.readerOf(volume, entry.id, holders);
    let record = await readFromShards(reader, entry.offsetBytes, lengthBytes);
    if (record === undefined && volume.distrusted.size > 0) {
      // A damaged shard is whole for the most part: better its bytes, which are verified, than none.
      reader = this.readerOf(volume, entry.id, holders, new Set());
      record = await readFromShards(reader, entry.offsetBytes, lengthBytes);
    }
    if (record === undefined) {
      throw new VolumeError('io-error', `needle ${entry.id} of volume ${volume.volumeId} lies in shards that are lost`);
    }
    try {
      return this.#take(volume, record, entry);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#options.events.recordDamaged(volume.volumeId, classifyDamage(error, volume.shared.index.width));
      return this.#repair(volume, reader, entry, lengthBytes, error);
    }
  }

  /** The usual case: all of it lies here and is whole. */
  async #readHere(volume: EcVolume, entry: IndexEntry, lengthBytes: number): Promise<DecodedNeedle | undefined> {
    const intervals = locateInShards(volume.layout, entry.offsetBytes, lengthBytes);
    const isHere = ({ shardId }: { readonly shardId: number }): boolean =>
      volume.shards.has(shardId) && !volume.distrusted.has(shardId);
    if (!intervals.every(isHere)) return undefined;
    const record = Buffer.allocUnsafe(lengthBytes);
    let at = 0;
    const parts = await Promise.all(
      intervals.map((part) => {
        const into = record.subarray(at, at + part.lengthBytes);
        at += part.lengthBytes;
        return volume.readShard(part.shardId, part.offsetBytes, part.lengthBytes, into);
      }),
    );
    if (parts.includes(undefined)) return undefined;
    try {
      return this.#take(volume, record, entry);
    } catch (error) {
      if (isDamage(error)) return undefined;
      throw error;
    }
  }

  async #repair(
    volume: EcVolume,
    reader: ShardReader,
    entry: IndexEntry,
    lengthBytes: number,
    damage: unknown,
  ): Promise<DecodedNeedle> {
    let needle: DecodedNeedle | undefined;
    const repaired = await repairFromShards(reader, entry.offsetBytes, lengthBytes, (record) => {
      try {
        needle = this.#take(volume, record, entry);
        return true;
      } catch (error) {
        if (isDamage(error)) return false;
        throw error;
      }
    });
    if (repaired === undefined || needle === undefined) throw damage;
    this.#options.events.shardDamaged(volume.volumeId, repaired.damagedShardIds, entry.id);
    return needle;
  }

  #take(volume: EcVolume, record: Buffer, entry: IndexEntry): DecodedNeedle {
    const owner: RecordOwner = {
      volumeId: volume.volumeId,
      clock: this.#options.clock,
      opened: { superblock: { version: volume.info.version } },
      noteUnreadableSections: () => this.#options.events.recordDamaged(volume.volumeId, 'errorIndexOutOfRange'),
    };
    try {
      return takeNeedle(owner, record, entry.id, entry, { cookie: undefined });
    } catch (error) {
      if (error instanceof RangeError) throw damagedRecord(volume.volumeId, entry.id, entry, error);
      throw error;
    }
  }

  async #readRemote(
    volume: EcVolume,
    needleId: bigint,
    addresses: readonly string[],
    part: { readonly shardId: number; readonly offsetBytes: number; readonly lengthBytes: number },
  ): Promise<Buffer | undefined> {
    const { volumeId, info } = volume;
    for (const address of addresses) {
      try {
        const { encodeTsNs } = info;
        const answer = await this.#options.peers.read(address, { volumeId, needleId, encodeTsNs, ...part });
        if (answer === 'deleted') throw needleNotFound(volumeId, needleId);
        return answer;
      } catch (error) {
        if (!(error instanceof VolumeError) || error.code !== 'unreachable') throw error;
      }
    }
    if (addresses.length > 0) this.#options.peers.forget(volumeId, part.shardId);
    return undefined;
  }

  async #deleteElsewhere(volume: EcVolume, shardId: number, needleId: bigint): Promise<void> {
    const known = (await this.holdersOf(volume)).get(shardId);
    const first = known ?? (await this.findHolders(volume)).get(shardId) ?? [];
    if (first.length > 0) return this.#deleteOnOneOf(volume, first, needleId);
    // Nobody has the shard that is asked first, so whoever makes its bytes again must know.
    return volume.shared.journal.append([needleId]);
  }

  async #deleteOnOneOf(volume: EcVolume, addresses: readonly string[], needleId: bigint): Promise<void> {
    let failure: unknown = new VolumeError('unreachable', `no shard of volume ${volume.volumeId} has a holder`);
    for (const address of new Set(addresses)) {
      try {
        const { name, info } = volume;
        return await this.#options.peers.delete(address, { name, needleId, version: info.version });
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  #require(volumeId: number): EcVolume {
    const volume = this.#options.registry.get(volumeId);
    if (volume === undefined) throw new VolumeError('volume-not-found', `ec volume ${volumeId} not found`);
    return volume;
  }
}

function isDamage(error: unknown): error is VolumeError {
  return error instanceof VolumeError && error.code === 'checksum-mismatch';
}
