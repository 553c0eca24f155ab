/** What one answer may hold, unless told: `scannerKvFetchMaxBytes`. */
export const SCANNER_KV_FETCH_MAX_BYTES = 4 * 1024 * 1024;

/** Longest waits before an open is sent again; each is a random part of its number. */
export const OPEN_RETRY_WAITS_MS: readonly number[] = [200, 400, 800, 1600, 3200];

/** How long opening may take with all its tries, unless told. */
export const OPEN_TIMEOUT_MS = 30_000;

/** How long one call may take. */
export const CALL_TIMEOUT_MS = 30_000;

/** How long the farewell may take. */
export const CLOSE_TIMEOUT_MS = 2_000;

/** Pause after which a scanner whose caller is slow is kept alive; well below the time after which servers let go. */
export const KEEP_ALIVE_MS = 20_000;

/** Scanners of one table that run at a time. */
export const TABLE_SCANNERS_MAX = 4;
