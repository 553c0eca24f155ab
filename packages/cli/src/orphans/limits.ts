/** Needles that are asked about at a time. */
export const QUESTIONS_MAX = 16;

/** Needles of one entry of the garbage list. */
export const GARBAGE_ENTRY_NEEDLES_MAX = 500;

/** Pause between looks whether needles are gone. */
export const GONE_POLL_MS = 500;

/** Age below which a needle may belong to a request that is still under way, unless told. */
export const MIN_AGE_MS = 24 * 60 * 60 * 1000;
