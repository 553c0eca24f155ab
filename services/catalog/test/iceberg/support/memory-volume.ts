import {
  type FileIdLease,
  type MasterPort,
  type NeedleId,
  type ReadNeedleRequest,
  type VolumeDataPlane,
  VolumeError,
  type VolumeLocation,
  type WriteNeedleRequest,
} from '@needlestack/service-contracts';

const LOCATION: VolumeLocation = { url: 'memory', publicUrl: '', grpcAddress: '', dataCenter: '' };

/** One volume in memory and the master that knows it. */
export class MemoryVolume implements MasterPort, VolumeDataPlane {
  readonly needles = new Map<bigint, Uint8Array>();
  isFull = false;
  #nextKey = 1n;

  async leaseFileIds(request: { readonly count: number }): Promise<FileIdLease> {
    const firstKey = this.#nextKey;
    this.#nextKey += BigInt(request.count);
    return { volumeId: 1, firstKey, count: request.count, locations: [LOCATION] };
  }

  async lookupVolume(): Promise<readonly VolumeLocation[]> {
    return [LOCATION];
  }

  async writeNeedle(request: WriteNeedleRequest): Promise<{ crc32c: number }> {
    if (this.isFull) throw new VolumeError('too-large', 'full');
    this.needles.set(request.needleKey, Uint8Array.from(request.data));
    return { crc32c: 0 };
  }

  async readNeedle(request: ReadNeedleRequest): Promise<Uint8Array> {
    const data = this.needles.get(request.needleKey);
    if (data === undefined) throw new VolumeError('needle-not-found', 'none');
    if (request.into === undefined || request.into.length < data.length) return Uint8Array.from(data);
    request.into.set(data);
    return request.into.subarray(0, data.length);
  }

  async deleteNeedles(ids: readonly NeedleId[]): Promise<number> {
    return ids.filter((id) => this.needles.delete(id.needleKey)).length;
  }
}
