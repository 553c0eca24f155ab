/** Pause between a gateway's questions whether its catalog answers, and how long an answer may take. */
export const CATALOG_PROBE_INTERVAL_MS = 2_000;
export const CATALOG_PROBE_TIMEOUT_MS = 2_000;
