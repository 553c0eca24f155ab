import type { MasterPort, VolumeDataPlane, VolumeLocation } from '@needlestack/service-contracts';
import { VolumeError } from '@needlestack/service-contracts';
import { VOLUME_LOCATION_TTL_MS } from './limits.ts';

/** Opens (or finds) the data plane at a location: in process, or a session to another machine. */
export type ConnectDataPlane = (location: VolumeLocation) => VolumeDataPlane;

interface Entry {
  readonly locations: readonly VolumeLocation[];
  readonly validUntilMs: number;
}

/** Where volumes are, remembered for a while and forgotten when an answer shows that it was wrong. */
export class VolumeDirectory {
  readonly #master: MasterPort;
  readonly #connect: ConnectDataPlane;
  readonly #nowMs: () => number;
  readonly #entries = new Map<number, Entry>();
  readonly #lookups = new Map<number, Promise<readonly VolumeLocation[]>>();

  constructor(options: {
    readonly master: MasterPort;
    readonly connect: ConnectDataPlane;
    readonly nowMs: () => number;
  }) {
    this.#master = options.master;
    this.#connect = options.connect;
    this.#nowMs = options.nowMs;
  }

  /** Data planes that hold the volume, best first; undefined when they must be looked up first. */
  known(volumeId: number): readonly VolumeLocation[] | undefined {
    const entry = this.#entries.get(volumeId);
    return entry !== undefined && entry.validUntilMs > this.#nowMs() ? entry.locations : undefined;
  }

  remember(volumeId: number, locations: readonly VolumeLocation[]): void {
    if (locations.length === 0) return;
    this.#entries.set(volumeId, { locations, validUntilMs: this.#nowMs() + VOLUME_LOCATION_TTL_MS });
  }

  forget(volumeId: number): void {
    this.#entries.delete(volumeId);
  }

  planeAt(location: VolumeLocation): VolumeDataPlane {
    return this.#connect(location);
  }

  /** Rejects with `volume-not-found` when the master knows no place. Concurrent callers share one question. */
  async locate(volumeId: number): Promise<readonly VolumeLocation[]> {
    const known = this.known(volumeId);
    if (known !== undefined) return known;
    let lookup = this.#lookups.get(volumeId);
    if (lookup === undefined) {
      lookup = this.#master.lookupVolume(volumeId).finally(() => this.#lookups.delete(volumeId));
      this.#lookups.set(volumeId, lookup);
    }
    const locations = await lookup;
    if (locations.length === 0) throw new VolumeError('volume-not-found', `no server holds volume ${volumeId}`);
    this.remember(volumeId, locations);
    return locations;
  }
}
