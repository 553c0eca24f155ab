const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Bounds of a client of another store. */
export interface RequestLimits {
  /** Until a connection stands. */
  readonly connectTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  /** Until an answer begins, and on top of it for each MiB of the request's body. */
  readonly requestTimeoutMs: number;
  readonly requestTimeoutMsPerMib: number;
  /** Requests under way at once. */
  readonly requestsMax: number;
  /** How often a request is tried again, and the waits between: random up to base times two for each try, never above the cap. */
  readonly retriesMax: number;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
}

export const DEFAULT_REQUEST_LIMITS: RequestLimits = {
  connectTimeoutMs: 3_000,
  idleTimeoutMs: 30_000,
  requestTimeoutMs: 60_000,
  requestTimeoutMsPerMib: 1_000,
  requestsMax: 64,
  retriesMax: 5,
  retryBaseMs: 100,
  retryCapMs: 20_000,
};

/** Bounds that S3 sets for parts: all but the last are at least this long, none is longer than that, and there are at most so many. */
export const PART_BYTES_MIN = 5 * MIB;
export const PART_BYTES_MAX = 5 * GIB;
export const PARTS_MAX = 10_000;

export const PART_BYTES_DEFAULT = 8 * MIB;
/** Parts of one upload that are under way at once. */
export const PARTS_IN_FLIGHT_DEFAULT = 4;
export const PARTS_IN_FLIGHT_MAX = 64;
/** A writer that does not know its length doubles its parts after each so many. */
export const PARTS_BEFORE_DOUBLING = 1_000;

/** Largest answer that is read whole: a page of a listing with the longest of keys. */
export const DOCUMENT_BYTES_MAX = 4 * MIB;
/** Keys of one DeleteObjects. */
export const DELETE_BATCH_MAX = 1_000;
/** Redirects that one request follows. */
export const REDIRECTS_MAX = 3;

/** Over TLS a longer body is guarded by its CRC32C alone; the hash of a shorter one costs next to nothing. */
export const HASHED_BODY_BYTES_MAX = 64 * 1024;

/** A retry costs so much of the endpoint's budget, one after silence more; a success at the first try gives one back. */
export const RETRY_BUDGET = { capacity: 500, retryCost: 5, silenceCost: 10, refill: 1 } as const;

/** A body that breaks off is continued so often without a byte of progress in between. */
export const BARREN_RESUMES_MAX = 3;

/** Credentials are renewed this long before they expire, and up to so much earlier by chance. */
export const CREDENTIAL_REFRESH_AHEAD_MS = 300_000;
export const CREDENTIAL_REFRESH_JITTER_MS = 60_000;
/** A failed renewal ahead of time is not tried again for so long. */
export const CREDENTIAL_REFRESH_PAUSE_MS = 10_000;
/** Static stability: expired credentials of an instance live on for between one and two of these while its metadata cannot be reached. */
export const CREDENTIAL_EXTENSION_MS = 300_000;
/** Largest answer of a source of credentials, and largest token file. */
export const CREDENTIAL_DOCUMENT_BYTES_MAX = 256 * 1024;
export const CREDENTIAL_TIMEOUT_MS = 1_000;
export const CREDENTIAL_TRIES = 3;
export const CREDENTIAL_RETRY_BASE_MS = 100;
/** STS may be far away. */
export const STS_TIMEOUT_MS = 5_000;
export const CREDENTIAL_PROCESS_TIMEOUT_MS = 60_000;
/** Roles that lead to roles. */
export const PROFILE_CHAIN_MAX = 5;

/** Attempts to create a file whose directory is removed at the same time. */
export const CREATE_RACES_MAX = 16;
/** TLS files are looked at again after so long. */
export const TLS_FILES_CHECK_MS = 10_000;

/** Length of parts with which an object of that size has few enough of them; whole MiB. */
export function partBytesFor(sizeBytes: number, wantedBytes: number = PART_BYTES_DEFAULT): number {
  const neededBytes = Math.ceil(sizeBytes / PARTS_MAX / MIB) * MIB;
  return Math.max(wantedBytes, neededBytes, PART_BYTES_MIN);
}
