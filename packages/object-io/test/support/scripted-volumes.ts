import {
  type FileIdLease,
  type LeaseRequest,
  type MasterPort,
  NEEDLE_OVERHEAD_MAX_BYTES,
  type NeedleId,
  type ReadNeedleRequest,
  type VolumeDataPlane,
  VolumeError,
  type VolumeErrorCode,
  type VolumeLocation,
  type WriteNeedleRequest,
  type WrittenNeedle,
} from '@needlestack/service-contracts';
import { crc32c } from '@node-rs/crc32';

/** A volume server in memory whose next answers can be scripted to fail: faults that a real disk gives only by chance. */
export class ScriptedVolume implements VolumeDataPlane {
  readonly needles = new Map<bigint, { readonly cookie: number; readonly data: Uint8Array }>();
  readonly failures: VolumeErrorCode[] = [];
  reads = 0;
  /** Whether `readNeedleNow` has the bytes. */
  isAtHand = false;

  #fail(): void {
    const code = this.failures.shift();
    if (code !== undefined) throw new VolumeError(code, `scripted ${code}`);
  }

  async writeNeedle(request: WriteNeedleRequest): Promise<WrittenNeedle> {
    this.#fail();
    const data = Uint8Array.from(request.data);
    this.needles.set(request.needleKey, { cookie: request.cookie, data });
    return { crc32c: crc32c(data) };
  }

  async readNeedle(request: ReadNeedleRequest): Promise<Uint8Array> {
    this.reads += 1;
    this.#fail();
    const needle = this.needles.get(request.needleKey);
    if (needle === undefined) throw new VolumeError('needle-not-found', 'none');
    if (needle.cookie !== request.cookie) throw new VolumeError('cookie-mismatch', 'other cookie');
    if (request.into === undefined || request.into.byteLength < needle.data.byteLength + NEEDLE_OVERHEAD_MAX_BYTES) {
      return Uint8Array.from(needle.data);
    }
    request.into.set(needle.data);
    return request.into.subarray(0, needle.data.byteLength);
  }

  readNeedleNow({ needleKey, cookie }: ReadNeedleRequest): Uint8Array | undefined {
    const needle = this.isAtHand ? this.needles.get(needleKey) : undefined;
    return needle?.cookie === cookie ? needle.data : undefined;
  }

  async deleteNeedles(ids: readonly NeedleId[]): Promise<number> {
    this.#fail();
    return ids.filter((id) => this.needles.delete(id.needleKey)).length;
  }
}

/** A master over scripted volumes: lease n goes to volume n modulo their number, unless it is marked full. */
export class ScriptedMaster implements MasterPort {
  readonly volumes: readonly ScriptedVolume[];
  readonly full = new Set<number>();
  leases = 0;
  #nextKey = 1n;

  constructor(volumes: readonly ScriptedVolume[]) {
    this.volumes = volumes;
  }

  location(volumeId: number): VolumeLocation {
    return { url: `volume-${volumeId}`, publicUrl: '', grpcAddress: '', dataCenter: '' };
  }

  readonly connect = (location: VolumeLocation): VolumeDataPlane => {
    const volume = this.volumes[Number(location.url.slice('volume-'.length)) - 1];
    if (volume === undefined) throw new VolumeError('unreachable', location.url);
    return volume;
  };

  async leaseFileIds(request: LeaseRequest): Promise<FileIdLease> {
    for (const [index] of this.volumes.entries()) {
      const volumeId = 1 + ((this.leases + index) % this.volumes.length);
      if (this.full.has(volumeId)) continue;
      this.leases += 1;
      const firstKey = this.#nextKey;
      this.#nextKey += BigInt(request.count);
      return { volumeId, firstKey, count: request.count, locations: [this.location(volumeId)] };
    }
    throw new VolumeError('no-space', 'every volume is full');
  }

  async lookupVolume(volumeId: number): Promise<readonly VolumeLocation[]> {
    return volumeId <= this.volumes.length ? [this.location(volumeId)] : [];
  }
}
