/** Master and volume server in memory, with faults on demand. Their contract is that of the real ones. */

import { computeChecksum } from '@needlestack/s3-protocol';
import type {
  MasterPort,
  NeedleId,
  ReadNeedleRequest,
  VolumeDataPlane,
  WriteNeedleRequest,
} from '@needlestack/service-contracts';
import { VolumeError } from '@needlestack/service-contracts';

const LOCATION = { url: 'memory:1', publicUrl: 'memory:1', grpcAddress: 'memory:2', dataCenter: 'dc' };

export class MemoryVolumes implements MasterPort, VolumeDataPlane {
  readonly needles = new Map<string, Uint8Array>();
  /** Thrown by the next writes while set. */
  writeFailure: VolumeError | undefined;
  #nextKey = 1n;

  async leaseFileIds({ count }: { readonly count: number }) {
    const firstKey = this.#nextKey;
    this.#nextKey += BigInt(count);
    return { volumeId: 1, firstKey, count, locations: [LOCATION] };
  }

  async lookupVolume() {
    return [LOCATION];
  }

  async writeNeedle(request: WriteNeedleRequest) {
    if (this.writeFailure !== undefined) throw this.writeFailure;
    this.needles.set(keyOf(request), Buffer.from(request.data));
    return { crc32c: Buffer.from(computeChecksum('CRC32C', request.data), 'base64').readUInt32BE() };
  }

  async readNeedle(request: ReadNeedleRequest) {
    const data = this.needles.get(keyOf(request));
    if (data === undefined) throw new VolumeError('needle-not-found', 'there is no such needle');
    if (request.into === undefined) return Buffer.from(data);
    request.into.set(data);
    return request.into.subarray(0, data.length);
  }

  async deleteNeedles(ids: readonly NeedleId[]) {
    return ids.filter((id) => this.needles.delete(keyOf(id))).length;
  }
}

const keyOf = ({ volumeId, needleKey, cookie }: NeedleId): string => `${volumeId},${needleKey},${cookie}`;
