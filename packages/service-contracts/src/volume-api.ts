/** The data plane of one volume server. In process it is called directly; elsewhere over a multiplexed gRPC session. */

export interface NeedleId {
  readonly volumeId: number;
  /** Unsigned 64-bit. */
  readonly needleKey: bigint;
  /** Unsigned 32-bit. */
  readonly cookie: number;
}

export interface WriteNeedleRequest extends NeedleId {
  /** At least one byte. Must not be changed before the promise settles. */
  readonly data: Uint8Array;
  /** Of `data`, when the caller has it already; the volume server checks or computes it otherwise. */
  readonly crc32c?: number;
  /** Seconds since the epoch. */
  readonly lastModifiedSeconds: number;
}

export interface WrittenNeedle {
  /** CRC32C of the data. */
  readonly crc32c: number;
}

export interface VolumeDataPlane {
  /** Resolves when the needle is on stable storage here and on every replica. Rejects with VolumeError. */
  writeNeedle(request: WriteNeedleRequest, signal?: AbortSignal): Promise<WrittenNeedle>;
  /** The whole needle's data, its id, cookie, size and checksum verified. The buffer belongs to the caller. */
  readNeedle(id: NeedleId, signal?: AbortSignal): Promise<Uint8Array>;
  /** Idempotent: a missing needle is no error. Returns how many needles were there. */
  deleteNeedles(ids: readonly NeedleId[], signal?: AbortSignal): Promise<number>;
}
