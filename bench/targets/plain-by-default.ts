/** Cells without a feature measure bytes that lie as they came; what encryption costs is a cell of its own. */
export const PLAIN_BY_DEFAULT: readonly string[] = ['-sse.default=none'];
