export const KEY_BYTES = 32;
/** Of a wrapped data key: a transit service answers with text of its own. */
export const WRAPPED_KEY_BYTES_MAX = 4096;
/** Of an encryption context as JSON. */
export const CONTEXT_BYTES_MAX = 8192;
/** Derived keys kept in memory. */
export const CACHED_KEYS_MAX = 1000;
/** Data keys that were opened and are remembered: some 400 bytes each. */
export const OPENED_KEYS_MAX = 4096;
/** How long the key of a bucket is used before the key service is asked again, and how many are kept in memory, of each kind. */
export const BUCKET_KEY_LIFE_MS = 5 * 60_000;
export const BUCKET_KEYS_MAX = 1000;
export const TRANSIT_TIMEOUT_MS = 5_000;
export const TRANSIT_ATTEMPTS_MAX = 3;
/** Before the second attempt; twice that before the third. */
export const TRANSIT_RETRY_MS = 100;
/** Bytes of a transit answer that are read. */
export const TRANSIT_ANSWER_BYTES_MAX = 64 * 1024;
