/** Bounds of a client of another store. */
export interface ObjectStorageLimits {
  /** Until a connection stands. */
  readonly connectTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  /** For a whole request, and on top of it for each MiB of its body. */
  readonly requestTimeoutMs: number;
  readonly requestTimeoutMsPerMib: number;
  /** Requests under way at once. */
  readonly requestsMax: number;
  /** How often a request is tried again, and the waits between: random up to base times two for each try, never above the cap. */
  readonly retriesMax: number;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
}

export const DEFAULT_LIMITS: ObjectStorageLimits = {
  connectTimeoutMs: 3_000,
  idleTimeoutMs: 30_000,
  requestTimeoutMs: 60_000,
  requestTimeoutMsPerMib: 1_000,
  requestsMax: 64,
  retriesMax: 5,
  retryBaseMs: 100,
  retryCapMs: 20_000,
};

/** Bounds that S3 sets for parts: all but the last are at least this long, and there are at most so many. */
export const PART_BYTES_MIN = 5 * 2 ** 20;
export const PARTS_MAX = 10_000;

/** Length of a part where the object allows it. */
export const PART_BYTES_DEFAULT = 8 * 2 ** 20;
/** Parts of one upload that are under way at once. */
export const PARTS_IN_FLIGHT_DEFAULT = 4;
/** Largest answer that is read whole: errors, and what is said of an upload. */
export const DOCUMENT_BYTES_MAX = 2 ** 20;

const MIB = 2 ** 20;

/** Length of parts with which an object of that size has few enough of them; whole MiB. */
export function partBytesFor(sizeBytes: number, wantedBytes: number = PART_BYTES_DEFAULT): number {
  const neededBytes = Math.ceil(sizeBytes / PARTS_MAX / MIB) * MIB;
  return Math.max(wantedBytes, neededBytes, PART_BYTES_MIN);
}
