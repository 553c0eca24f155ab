import type { FileIdSequence } from './file-id-sequence.ts';
import type { VolumeGrower } from './grow-volumes.ts';
import {
  ASSIGN_COUNT_MAX,
  ASSIGN_WAIT_MS,
  EXPECTED_FILE_BYTES,
  EXPECTED_SHARE_MAX,
  GROW_ROUNDS_MAX,
} from './limits.ts';
import { MasterError } from './master-error.ts';
import type { Random } from './ports.ts';
import type { Topology } from './topology.ts';
import type { IndexedVolume } from './volume-index.ts';
import type { VolumeServerNode } from './volume-server-node.ts';
import { describeLayout, type WriteWish } from './write-wish.ts';

export interface Assignment {
  readonly volumeId: number;
  readonly firstKey: bigint;
  readonly count: number;
  /** At least one; the first is the one to write to. */
  readonly servers: readonly [VolumeServerNode, ...VolumeServerNode[]];
}

export interface AssignerOptions {
  readonly topology: Topology;
  readonly sequence: FileIdSequence;
  readonly grower: VolumeGrower;
  readonly random: Random;
}

/** Gives out ranges of file ids in writable volumes; makes volumes when there are none or they are getting full. */
export class FileIdAssigner {
  readonly #options: AssignerOptions;

  constructor(options: AssignerOptions) {
    this.#options = options;
  }

  /**
   * Assigns `count` consecutive keys in one volume. While a volume is being made for the wish, or no server is connected
   * yet, it waits up to ASSIGN_WAIT_MS.
   * @param expectedBytes what the files will bring together; 0 when unknown
   * @throws MasterError `no-free-slot`, `no-writable-volume`, `invalid-argument`, `allocation-failed`
   */
  async assign(wish: WriteWish, count: number, expectedBytes: number, signal?: AbortSignal): Promise<Assignment> {
    if (!Number.isInteger(count) || count < 1 || count > ASSIGN_COUNT_MAX) {
      throw new MasterError('invalid-argument', `count is ${count}, expected 1 to ${ASSIGN_COUNT_MAX}`);
    }
    const volume = this.#pick(wish) ?? (await this.#makeWritable(wish, signal));
    if (this.#options.topology.volumes.isCrowded(wish.layout)) this.#options.grower.growAhead(wish);
    const firstKey = await this.#options.sequence.reserveKeys(count);
    const { volumes } = this.#options.topology;
    const guessBytes = Math.min(count * EXPECTED_FILE_BYTES, volumes.volumeSizeLimitBytes * EXPECTED_SHARE_MAX);
    volumes.expectBytes(volume, expectedBytes > 0 ? expectedBytes : guessBytes);
    const [first, ...others] = this.#shuffle([...volume.replicas.keys()]);
    if (first === undefined)
      throw new MasterError('no-writable-volume', `volume ${volume.id} has just lost its servers`);
    return { volumeId: volume.id, firstKey, count, servers: [first, ...others] };
  }

  #pick({ layout, place }: WriteWish): IndexedVolume | undefined {
    return this.#options.topology.volumes.pick(layout, place, this.#options.random);
  }

  async #makeWritable(wish: WriteWish, signal: AbortSignal | undefined): Promise<IndexedVolume> {
    const { topology, grower } = this.#options;
    const timeout = AbortSignal.timeout(ASSIGN_WAIT_MS);
    const until = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const waited = async <T>(promise: Promise<T>): Promise<T> => {
      try {
        return await orAborted(promise, until);
      } catch (error) {
        if (!timeout.aborted || signal?.aborted === true) throw error;
        throw new MasterError(
          'no-writable-volume',
          `no writable volumes for ${describeLayout(wish.layout)}, volume growth in progress`,
        );
      }
    };
    if (topology.servers.length === 0) await waited(firstServer(topology, until));
    for (let round = 0; round < GROW_ROUNDS_MAX; round++) {
      const growth = grower.growFor(wish);
      await waited(growth.first);
      // A growth that was joined late may have made its first volume long ago, and that be full by now.
      const volume = this.#pick(wish) ?? (await waited(growth.made.then(() => this.#pick(wish))));
      if (volume !== undefined) return volume;
    }
    throw new MasterError('no-writable-volume', `no writable volumes for ${describeLayout(wish.layout)}`);
  }

  /** Replicas share the writes of a volume. */
  #shuffle(servers: VolumeServerNode[]): VolumeServerNode[] {
    const start = Math.floor(this.#options.random.fraction() * servers.length);
    return [...servers.slice(start), ...servers.slice(0, start)];
  }
}

const orAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

const firstServer = (topology: Topology, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const stop = topology.onChange(({ server }) => {
      if (server.capacity.maxVolumeCounts.size === 0) return;
      stop();
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
