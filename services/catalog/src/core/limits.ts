/** Longest object key, UTF-8 (S3). */
export const OBJECT_KEY_BYTES_MAX = 1024;
export const BUCKET_NAME_BYTES_MAX = 255;

/** Most entries on a page of a listing, and most objects of one DeleteObjects (S3). */
export const PAGE_ENTRIES_MAX = 1000;
export const DELETED_OBJECTS_MAX = 1000;

/** Multipart (S3). */
export const PART_NUMBER_MAX = 10_000;
export const PART_BYTES_MIN = 5 * 1024 * 1024;

/** Rows of one read within a transaction that walks a range. */
export const WALK_ROWS_MAX = 1000;

/** Rows that a listing which may need few reads at first: one with a delimiter, of versions, or of uploads. */
export const LIST_ROWS_FIRST = 32;

/** How long the answer of a completed upload is remembered for a client that asks again. */
export const COMPLETED_UPLOAD_KEPT_MS = 24 * 60 * 60 * 1000;

/** Outbox rows that no consumer has taken; at this many, writes to buckets with event rules are refused with SlowDown. */
export const OUTBOX_ROWS_MAX = 10_000_000;
export const OUTBOX_PAGE_ROWS_MAX = 1000;
export const OUTBOX_PAGE_BYTES_MAX = 4 * 1024 * 1024;
export const OUTBOX_WAIT_MAX_MS = 60_000;
/** Rows removed by one transaction when the lowest cursor has moved. */
export const OUTBOX_TRIM_ROWS_MAX = 1000;

/** Garbage entries handed out at once. */
export const GARBAGE_PAGE_ENTRIES_MAX = 1000;

/** Configuration of one kind of one bucket. */
export const BUCKET_CONFIG_BYTES_MAX = 1024 * 1024;

/** Default retention of a bucket (S3: 100 years). */
export const DEFAULT_RETENTION_DAYS_MAX = 36_500;
export const DEFAULT_RETENTION_YEARS_MAX = 100;

/** UTF-16 units of an account's id. */
export const ACCOUNT_ID_LENGTH_MAX = 255;

/** Counters that the usage of one bucket is spread over, when several processes write. */
export const USAGE_STRIPES = 64;

/** Buckets remembered in memory, and for how long when other processes may change them. */
export const CACHED_BUCKETS_MAX = 10_000;
export const CACHED_BUCKET_LIFETIME_MS = 1000;

/** Pause between looks at the outbox for rows that other processes appended. */
export const OUTBOX_POLL_MS = 200;

/** UTF-16 units of an access key's id. */
export const ACCESS_KEY_ID_LENGTH_MAX = 255;

/** Versions or uploads that the lifecycle worker reads, and deletes, at once. */
export const LIFECYCLE_PAGE_ENTRIES = 1000;
/** Share of the time that a walk of the lifecycle worker may take; the rest it pauses, each time for so long at most. */
export const LIFECYCLE_BUSY_SHARE = 0.25;
export const LIFECYCLE_PAUSE_MAX_MS = 5_000;
/** How long a lifecycle worker that went away keeps others waiting. Much longer than a page takes. */
export const LIFECYCLE_LEASE_MS = 60_000;
/** Walks over all buckets in a day of the rules, and the longest pause between two. */
export const LIFECYCLE_WALKS_PER_DAY = 24;
export const LIFECYCLE_INTERVAL_MAX_MS = 60 * 60 * 1000;

if (LIFECYCLE_PAGE_ENTRIES > DELETED_OBJECTS_MAX || LIFECYCLE_PAGE_ENTRIES > PAGE_ENTRIES_MAX)
  throw new RangeError('a page of the lifecycle worker must fit into a listing and into one delete');
