/** Longest key of both drivers (LMDB with pages of 4 KiB). */
export const KEY_BYTES_MAX = 1978;

/** Bytes that the tables do not have yet from which on new transactions wait for the disk. */
export const UNCOMMITTED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * What the commit log holds goes into the tables when it is so many rows or bytes, or at the latest after so long. More rows at once touch fewer
 * pages each; but who reads looks through them, and a start after a crash does.
 */
export const LOGGED_ROWS_MAX = 1024;
export const LOGGED_BYTES_MAX = 1024 * 1024;
export const LOGGED_MS_MAX = 10;

/** Rows whose decoded form an embedded store remembers, and how long such a row may be: some 10 MB in all. */
export const DECODED_ROWS_MAX = 16_384;
export const DECODED_ROW_BYTES_MAX = 1024;

/** Of the rows that are read and not remembered, every fourth is from then on: who reads each row once pays little for those who come back. */
export const DECODED_ROWS_SAMPLE = 4;

/** Address space reserved for the embedded store; it grows beyond by itself. Costs no memory and no disk. */
export const MAP_SIZE_BYTES = 64 * 1024 * 1024 * 1024;

/** Readers of one embedded store at the same time. */
export const READERS_MAX = 256;

/** Moments that the embedded store holds at the same time. Each takes a reader. */
export const PINS_MAX = 224;

/** Connections of one process that hold moments of a database, beside those of its transactions. */
export const PINNED_CONNECTIONS_MAX = 16;

/** Of those, connections that stay open while nobody needs them: making one takes longer than all that opening a scan takes. */
export const PINNED_CONNECTIONS_WARM = 1;

/** A database gives up a moment whose holder asked nothing for this long. */
export const PINNED_IDLE_MAX_MS = 11 * 60_000;

/** Rows and bytes that a pinned view of a database asks for at once; the rows follow from the size of those before. Larger pages are no faster. */
export const PINNED_PAGE_ROWS_FIRST = 64;
export const PINNED_PAGE_ROWS_MAX = 4096;
export const PINNED_PAGE_BYTES = 256 * 1024;

/** Rows that a walk through a database asks for at once; and after it passed over some, since it will likely pass over the next ones too. */
export const WALKED_ROWS_MAX = 1024;
export const WALKED_ROWS_AFTER_SKIP = 2;

/** Tries of one transaction that collides with others, before it gives up. */
export const CONFLICT_TRIES_MAX = 20;

/** Longest pause between two tries. */
export const CONFLICT_PAUSE_MAX_MS = 200;

/** Connections of one process to the database. */
export const CONNECTIONS_MAX = 16;
