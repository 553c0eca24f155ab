import { FILE_KEY_LIMIT, FILE_KEY_STEP, VOLUME_ID_MAX } from './limits.ts';
import { MasterError } from './master-error.ts';
import type { DurableState, StateStore } from './ports.ts';

/**
 * Hands out file keys and volume ids, each once for ever.
 *
 * Invariants
 * - A key is handed out only below a ceiling that is already durable; after a crash the ceiling is where it goes on.
 * - A volume id is handed out only after the durable maximum has reached it.
 * - Both go on above whatever a volume server reports.
 */
export class FileIdSequence {
  readonly #store: StateStore;
  #nextKey: bigint;
  #ceiling: bigint;
  #raising: Promise<void> | undefined;
  #volumeIdMax: number;
  #savingVolumeId: Promise<unknown> = Promise.resolve();
  #hasSeenForeignVolumes = false;

  constructor(store: StateStore, state: DurableState) {
    this.#store = store;
    this.#ceiling = state.fileKeyCeiling;
    // Key 0 would give file ids that nobody can parse.
    this.#nextKey = state.fileKeyCeiling > 0n ? state.fileKeyCeiling : 1n;
    this.#volumeIdMax = state.volumeIdMax;
  }

  get volumeIdMax(): number {
    return this.#volumeIdMax;
  }

  /** Whether a server has reported a volume that this sequence had not given an id: others may exist. */
  get hasSeenForeignVolumes(): boolean {
    return this.#hasSeenForeignVolumes;
  }

  /** The first of `count` consecutive keys that belong to the caller. */
  async reserveKeys(count: number): Promise<bigint> {
    const wanted = BigInt(count);
    while (this.#nextKey + wanted > this.#ceiling) await this.#raiseCeiling(wanted);
    const first = this.#nextKey;
    this.#nextKey += wanted;
    return first;
  }

  /** A key that lies on some server: later ones are above. False when it is too high to be believed. */
  observeKey(key: bigint): boolean {
    if (key >= FILE_KEY_LIMIT) return false;
    if (key >= this.#nextKey) this.#nextKey = key + 1n;
    return true;
  }

  observeVolumeId(volumeId: number): void {
    if (volumeId <= this.#volumeIdMax) return;
    this.#volumeIdMax = volumeId;
    this.#hasSeenForeignVolumes = true;
  }

  async nextVolumeId(): Promise<number> {
    if (this.#volumeIdMax >= VOLUME_ID_MAX) throw new MasterError('sequence-exhausted', 'no volume id is left');
    this.#volumeIdMax += 1;
    const volumeId = this.#volumeIdMax;
    // Writes must not overtake each other: the last one has to leave the highest id.
    const saved = this.#savingVolumeId.then(() => this.#store.saveVolumeIdMax(volumeId));
    this.#savingVolumeId = saved.catch(() => {});
    await saved;
    return volumeId;
  }

  #raiseCeiling(wanted: bigint): Promise<void> {
    this.#raising ??= this.#saveCeiling(this.#nextKey + wanted + FILE_KEY_STEP).finally(() => {
      this.#raising = undefined;
    });
    return this.#raising;
  }

  async #saveCeiling(ceiling: bigint): Promise<void> {
    if (ceiling >= FILE_KEY_LIMIT) throw new MasterError('sequence-exhausted', 'no file key is left');
    await this.#store.saveFileKeyCeiling(ceiling);
    this.#ceiling = ceiling;
  }
}
