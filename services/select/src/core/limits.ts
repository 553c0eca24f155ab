/** Every bound of the select service (select.md section 5). Sizes in bytes, times in milliseconds. */
export const EXPRESSION_MAX_BYTES = 256 * 1024;
/** A longer expression is checked by the worker alone: compiling it would hold up whoever else the caller's thread serves. */
export const EXPRESSION_CHECKED_EARLY_MAX_BYTES = 16 * 1024;
export const EXPRESSION_NESTING_MAX = 64;
/** Items of a select list, an IN list or a function call. */
export const EXPRESSION_LIST_MAX = 10_000;

/** One row as read, and one as written. */
export const RECORD_MAX_BYTES = 1024 * 1024;
export const COLUMNS_MAX = 10_000;
export const COLUMN_NAME_MAX_BYTES = 1024;
export const JSON_DEPTH_MAX = 100;

/** A compressed stream may grow by this factor once `DECOMPRESSED_FREE_BYTES` are out. */
export const DECOMPRESSION_RATIO_MAX = 200;
export const DECOMPRESSED_FREE_BYTES = 1024 * 1024;

export const INPUT_CHUNK_BYTES = 256 * 1024;
export const INPUT_CHUNKS_AHEAD = 2;
/** Encoded frames that a worker may have sent and the consumer not yet taken. */
export const OUTPUT_FRAMES_AHEAD = 8;

/** Rows found are sent at the latest after this time. */
export const RECORDS_FLUSH_MS = 500;
export const CONTINUATION_INTERVAL_MS = 1000;
export const PROGRESS_INTERVAL_MS = 60_000;

export const QUERIES_WAITING_MAX = 16;
export const QUERY_DURATION_MAX_MS = 300_000;
export const WORKER_STOP_GRACE_MS = 2000;
/** Rows between two looks at the stop flag. */
export const ROWS_PER_STOP_CHECK = 1000;

/** Groups of a GROUP BY, and what grouped or ordered rows may hold in memory. */
export const GROUPS_MAX = 100_000;
export const HELD_ROWS_MAX_BYTES = 64 * 1024 * 1024;

/** Significant digits of a decimal, and the largest power of ten that one is written with. */
export const DECIMAL_DIGITS_MAX = 38;
export const DECIMAL_EXPONENT_MAX = 1000;

if (DECOMPRESSED_FREE_BYTES < INPUT_CHUNK_BYTES) throw new Error('the ratio would be judged inside one chunk');
