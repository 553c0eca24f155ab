import type { DecodedNeedle } from '@needlestack/needle-format';

/** Needles of volumes that lie in shards, as the HTTP ports need them. */
export interface EncodedNeedles {
  /** Whether a shard of the volume is mounted here. */
  has(volumeId: number): boolean;
  /** @throws VolumeError `volume-not-found`, `needle-not-found`, `cookie-mismatch`, `checksum-mismatch`, `io-error` */
  read(volumeId: number, id: bigint, cookie: number | undefined): Promise<DecodedNeedle>;
  /** Resolves with a length. @throws VolumeError as `read`, and `unreachable` */
  delete(volumeId: number, id: bigint, cookie: number | undefined): Promise<number>;
}
