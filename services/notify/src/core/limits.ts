/** Every bound of the service, in one place. */

/** Lanes of one target: order holds within a lane, lanes run side by side. Part of no stored format; may be changed. */
export const LANES = 16;

/** Outbox rows fetched at a time. */
export const OUTBOX_ROWS_PER_READ_MAX = 512;
/** How long a read waits for the first row before it looks whether to stop. */
export const OUTBOX_WAIT_MS = 5_000;
/** Cursors are saved at most this often while rows come. */
export const CURSOR_SAVE_INTERVAL_MS = 100;
/** Latest rows kept in memory for targets and listeners that are up to date. */
export const LIVE_RING_ROWS = 1_024;

/** Entries stored in one group: so many files share one directory fsync and one cursor save. */
export const ENTRIES_PER_GROUP_MAX = 256;
/** Default of a target's `queue_limit`; 0 in a setting means this. */
export const QUEUE_LIMIT_DEFAULT = 100_000;
/** Entries that a queue without storage of its own may hold; the rest waits in the outbox. */
export const MEMORY_QUEUE_ENTRIES_MAX = 4_096;
/** Entries of one file queue that stay in memory besides, so that a target that keeps up reads no file. */
export const QUEUE_ENTRIES_CACHED_MAX = 1_024;
/** Decoded size of one queue entry on disk. */
export const QUEUE_ENTRY_BYTES_MAX = 4 * 1024 * 1024;
/** Files of one group that are written or read at the same time. */
export const QUEUE_FILES_IN_FLIGHT_MAX = 32;
/** Pause before a full or failing queue is tried again. */
export const QUEUE_RETRY_MS = 250;

/** Parked events of one target; at this number the target pauses, nothing is dropped. */
export const DEAD_LETTERS_MAX = 10_000;
/** Dead letters in one page of a listing. */
export const DEAD_LETTERS_PER_PAGE_MAX = 1_000;
/** Characters of a failure's text that are kept. */
export const ERROR_DETAIL_CHARS_MAX = 256;

/** Targets that deliver at the same time, and sends in flight over all targets; 0 in a setting means these. */
export const TARGET_STREAMS_DEFAULT = 20;
export const SENDS_IN_FLIGHT_DEFAULT = 64;

/** Backoff doubles from the first figure up to the second. */
export const BACKOFF_BASE_MS = 2_000;
export const BACKOFF_MAX_MS = 5 * 60_000;
/** A Retry-After beyond this is cut to it. */
export const RETRY_AFTER_MAX_MS = 60 * 60_000;

/** Deadline of one delivery, from connecting to the drained answer. */
export const DELIVERY_TIMEOUT_MS = 30_000;
/** Deadline of one health probe. */
export const PROBE_TIMEOUT_MS = 5_000;
/** Probes at the same time. */
export const PROBES_IN_FLIGHT_MAX = 10;
/** Bytes of an answer that are drained so that its connection can be used again; a longer one loses its connection. */
export const ANSWER_BYTES_DRAINED_MAX = 64 * 1024;

/** A process that holds a target in Redis renews its hold three times in this span; another may take over after it. */
export const QUEUE_LEASE_MS = 15_000;
/** Pause before a target whose queue cannot be opened is started again. */
export const TARGET_RESTART_MS = 1_000;

if (MEMORY_QUEUE_ENTRIES_MAX < ENTRIES_PER_GROUP_MAX) throw new RangeError('a group must fit into the memory queue');
if (LIVE_RING_ROWS < OUTBOX_ROWS_PER_READ_MAX) throw new RangeError('a page of the outbox must fit into the ring');
