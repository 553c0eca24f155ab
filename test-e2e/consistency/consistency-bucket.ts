export const CONSISTENCY_BUCKET = 'consistency';
/** With versions, whose order must not be that of a clock. */
export const VERSIONED_BUCKET = 'consistency-versioned';
