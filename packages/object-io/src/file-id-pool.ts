import type { FileIdLease, MasterPort } from '@needlestack/service-contracts';
import { FILE_ID_LEASE_COUNT, FILE_ID_LEASE_LOW_WATER } from './limits.ts';
import type { VolumeDirectory } from './volume-directory.ts';

/** A place for one needle. */
export interface FileId {
  readonly volumeId: number;
  readonly needleKey: bigint;
}

/** How needles of this pool are placed. */
export interface PlacementPolicy {
  readonly collection: string;
  readonly replication: string;
  readonly ttl: string;
  readonly dataCenter: string;
}

/**
 * File ids out of leased ranges, so that a PUT asks no master. The next range is leased while the current one still lasts; a range
 * whose volume refuses writes is dropped.
 */
export class FileIdPool {
  readonly #master: MasterPort;
  readonly #directory: VolumeDirectory;
  readonly #policy: PlacementPolicy;
  #lease: FileIdLease | undefined;
  #used = 0;
  #spare: FileIdLease | undefined;
  #leasing: Promise<FileIdLease> | undefined;

  constructor(options: {
    readonly master: MasterPort;
    readonly directory: VolumeDirectory;
    readonly policy: PlacementPolicy;
  }) {
    this.#master = options.master;
    this.#directory = options.directory;
    this.#policy = options.policy;
  }

  /** An id at once, or undefined when one must be waited for with `take`. */
  tryTake(): FileId | undefined {
    let lease = this.#lease;
    if (lease === undefined || this.#used >= lease.count) {
      lease = this.#spare;
      if (lease === undefined) return undefined;
      this.#lease = lease;
      this.#spare = undefined;
      this.#used = 0;
    }
    const offset = this.#used;
    this.#used += 1;
    if (
      lease.count - this.#used <= FILE_ID_LEASE_LOW_WATER &&
      this.#spare === undefined &&
      this.#leasing === undefined
    ) {
      // Ahead of need; a failure shows when somebody really waits.
      this.#renew().catch(() => undefined);
    }
    return { volumeId: lease.volumeId, needleKey: lease.firstKey + BigInt(offset) };
  }

  /** Rejects with VolumeError when the master gives no lease. */
  async take(): Promise<FileId> {
    for (;;) {
      const id = this.tryTake();
      if (id !== undefined) return id;
      await this.#renew();
    }
  }

  /** Stops handing out ids of a volume that refused a write. */
  abandon(volumeId: number): void {
    if (this.#lease?.volumeId === volumeId) this.#lease = undefined;
    if (this.#spare?.volumeId === volumeId) this.#spare = undefined;
    this.#directory.forget(volumeId);
  }

  #renew(): Promise<FileIdLease> {
    this.#leasing ??= this.#master
      .leaseFileIds({ count: FILE_ID_LEASE_COUNT, ...this.#policy })
      .then((lease) => {
        this.#spare = lease;
        this.#directory.remember(lease.volumeId, lease.locations);
        return lease;
      })
      .finally(() => {
        this.#leasing = undefined;
      });
    return this.#leasing;
  }
}
