import { crc32c } from '@needlestack/needle-format';
import {
  type NeedleId,
  type ReadNeedleRequest,
  type VolumeDataPlane,
  VolumeError,
  type WriteNeedleRequest,
  type WrittenNeedle,
} from '@needlestack/service-contracts';
import { LIMITS } from '../limits.ts';
import type { EcNeedles } from '../shards/ec-needles.ts';
import type { Volume } from '../volume/volume.ts';
import type { VolumeRegistry } from '../volume/volume-registry.ts';
import { readNeedleData, readNeedleDataNow } from './read-needle.ts';
import { deleteReplicated, type Replication, writeReplicated } from './replicate-needle.ts';
import { plainNeedle, writeNeedle } from './write-needle.ts';

/**
 * The volume server as its callers in the same process see it. A read is one promise; a write of a volume with one copy is two.
 * Replication costs a look-up and a request for each further copy.
 */
export class LocalDataPlane implements VolumeDataPlane {
  readonly #registry: VolumeRegistry;
  readonly #replication: Replication;
  readonly #ecNeedles: EcNeedles | undefined;

  /** Needles of volumes that lie in shards are read and deleted through `ecNeedles`; there are none without. */
  constructor(registry: VolumeRegistry, replication: Replication, ecNeedles?: EcNeedles) {
    this.#registry = registry;
    this.#replication = replication;
    this.#ecNeedles = ecNeedles;
  }

  async writeNeedle(request: WriteNeedleRequest, signal?: AbortSignal): Promise<WrittenNeedle> {
    signal?.throwIfAborted();
    const volume = this.#registry.require(request.volumeId);
    const { data, needleKey, cookie, lastModifiedSeconds } = request;
    if (data.length === 0) throw new VolumeError('invalid-argument', 'a needle needs at least one byte of data');
    const crc = crc32c(data);
    if (request.crc32c !== undefined && request.crc32c !== crc) {
      throw new VolumeError(
        'checksum-mismatch',
        `needle ${needleKey} was damaged on its way to volume ${volume.volumeId}`,
      );
    }
    const needle = plainNeedle(needleKey, cookie, data, lastModifiedSeconds, crc);
    if (volume.copies === 1) await writeNeedle(volume, needle);
    else await writeReplicated(this.#replication, volume, needle, { signal });
    return { crc32c: crc };
  }

  readNeedle(request: ReadNeedleRequest, signal?: AbortSignal): Promise<Uint8Array> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const volume = this.#registry.get(request.volumeId);
    if (volume === undefined) return this.#readFromShards(request);
    return readNeedleData(volume, request);
  }

  readNeedleNow(request: ReadNeedleRequest): Uint8Array | undefined {
    const volume = this.#registry.get(request.volumeId);
    return volume === undefined ? undefined : readNeedleDataNow(volume, request);
  }

  /** Tries every id, also when one fails; the first failure is thrown at the end. */
  async deleteNeedles(ids: readonly NeedleId[], signal?: AbortSignal): Promise<number> {
    let deleted = 0;
    let next = 0;
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      while (next < ids.length && signal?.aborted !== true) {
        const id = ids[next];
        next += 1;
        if (id === undefined) continue;
        try {
          if (await this.#delete(id, signal)) deleted += 1;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(LIMITS.parallelDeletes, ids.length) }, work));
    signal?.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    return deleted;
  }

  async #readFromShards({ volumeId, needleKey, cookie, expectedCrc32c }: ReadNeedleRequest): Promise<Uint8Array> {
    if (this.#ecNeedles?.has(volumeId) !== true) throw volumeNotFound(volumeId);
    const { data, dataCrc32c } = await this.#ecNeedles.read(volumeId, needleKey, cookie);
    if (expectedCrc32c === undefined || expectedCrc32c === dataCrc32c) return data;
    throw new VolumeError(
      'checksum-mismatch',
      `needle ${needleKey} of volume ${volumeId} holds other data than the caller remembers`,
    );
  }

  async #delete(id: NeedleId, signal: AbortSignal | undefined): Promise<boolean> {
    const { volumeId, needleKey, cookie } = id;
    const mounted = this.#registry.get(volumeId);
    if (mounted === undefined && this.#ecNeedles?.has(volumeId) === true)
      return this.#deleteInShards(this.#ecNeedles, id);
    const volume: Volume = this.#registry.require(volumeId);
    try {
      return (await deleteReplicated(this.#replication, volume, needleKey, cookie, { signal })) !== undefined;
    } catch (error) {
      // The needle of that key is another one: the one that was meant is gone.
      if (error instanceof VolumeError && error.code === 'cookie-mismatch') return false;
      throw error;
    }
  }

  async #deleteInShards(ecNeedles: EcNeedles, { volumeId, needleKey, cookie }: NeedleId): Promise<boolean> {
    try {
      await ecNeedles.delete(volumeId, needleKey, cookie);
      return true;
    } catch (error) {
      const isGone = error instanceof VolumeError && ['needle-not-found', 'cookie-mismatch'].includes(error.code);
      if (isGone) return false;
      throw error;
    }
  }
}

function volumeNotFound(volumeId: number): VolumeError {
  return new VolumeError('volume-not-found', `volume ${volumeId} not found`);
}
