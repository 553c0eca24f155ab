const MIB = 2 ** 20;

export const JOBS_DEFAULT = 16;
export const JOBS_MAX = 256;
/** Objects up to this size are held in memory whole and written with one request. */
export const WHOLE_OBJECT_BYTES_MAX = 8 * MIB;
/** Larger ones go in parts; each has five parts in memory at most. */
export const LARGE_OBJECTS_MAX = 2;
/** Copies that may fail before the run gives up. */
export const FAILURES_MAX_DEFAULT = 100;
export const PROGRESS_INTERVAL_MS = 200;
/** Uploads of earlier runs under the target's prefix that are older are taken for left behind. */
export const STALE_UPLOAD_MS = 24 * 3_600_000;
/** Failures that are named in the summary. */
export const FAILURES_SHOWN_MAX = 20;
