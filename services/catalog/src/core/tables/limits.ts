/** One level of a namespace, or a table's name, in UTF-8 bytes. */
export const NAME_BYTES_MAX = 255;

/** Levels of a namespace. */
export const NAMESPACE_LEVELS_MAX = 6;

/** `key=value` of all properties of a namespace, in UTF-8 bytes. */
export const NAMESPACE_PROPERTIES_BYTES_MAX = 256 * 1024;

/** Length of a location in UTF-8 bytes: object keys have at most 1,024, and file names follow. */
export const LOCATION_BYTES_MAX = 900;

/** A metadata file, after decompression. */
export const METADATA_BYTES_MAX = 256 * 1024 * 1024;

/** Body of one request. */
export const REQUEST_BYTES_MAX = 32 * 1024 * 1024;

/** Rows of one page of a listing. */
export const PAGE_SIZE_MAX = 1_000;

/** Tries of a commit that lost the race for the pointer and still fits the new state. */
export const COMMIT_TRIES_MAX = 4;

/** Commits that wait for their turn on one table; more are told to come back. */
export const COMMIT_QUEUE_MAX = 1_000;

/** Decoded metadata kept in memory: documents, and the bytes of their files, which take several times as much when decoded. */
export const METADATA_CACHE_ENTRIES_MAX = 256;
export const METADATA_CACHE_BYTES_MAX = 16 * 1024 * 1024;

/** How long an answer is kept for the repetition of its request. */
export const IDEMPOTENCY_LIFETIME_MS = 24 * 60 * 60 * 1000;
/** The same as an ISO 8601 duration. */
export const IDEMPOTENCY_LIFETIME_ISO = 'P1D';

/** Keyed requests between two sweeps of expired answers, and answers that one sweep removes. */
export const IDEMPOTENCY_SWEEP_EVERY = 256;
export const IDEMPOTENCY_SWEEP_ROWS_MAX = 1_000;
