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

export interface ReadNeedleRequest extends NeedleId {
  /** CRC32C that the catalog remembers; another one stored in the needle is a `checksum-mismatch`. */
  readonly expectedCrc32c?: number;
  /** Size of the data if the caller knows it; saves a look at the header. */
  readonly expectedSizeBytes?: number;
  /**
   * A buffer the record may be read into, so that large reads allocate nothing. Used when it is large enough for the whole record
   * (data and up to NEEDLE_OVERHEAD_MAX_BYTES around it); the answer is then a view of it. Once the promise has settled, also by abort
   * or failure, the buffer is no longer touched.
   */
  readonly into?: Uint8Array;
}

/** A record is at most this much longer than the data of a needle written through this contract. */
export const NEEDLE_OVERHEAD_MAX_BYTES = 128;

export interface WrittenNeedle {
  /** CRC32C of the data. */
  readonly crc32c: number;
}

export interface VolumeDataPlane {
  /** Resolves when the needle is on stable storage here and on every replica. Rejects with VolumeError. */
  writeNeedle(request: WriteNeedleRequest, signal?: AbortSignal): Promise<WrittenNeedle>;
  /** The whole needle's data, its id, cookie, size and checksum verified. The buffer belongs to the caller. */
  readNeedle(request: ReadNeedleRequest, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * The same without waiting, for bytes that are at hand in this process; only a plane in process has it. Undefined when they are not,
   * and when anything is wrong with them: `readNeedle` says what.
   */
  readNeedleNow?(request: ReadNeedleRequest): Uint8Array | undefined;
  /** Idempotent: a missing needle is no error. Returns how many needles were there. */
  deleteNeedles(ids: readonly NeedleId[], signal?: AbortSignal): Promise<number>;
}
