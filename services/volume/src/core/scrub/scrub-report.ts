/** What reading a volume through has found. */
export interface ScrubReport {
  /** Rows of the index, tombstones included. */
  readonly needles: number;
  /** What was found, in words; none for a healthy volume. */
  readonly faults: readonly string[];
  /** Needles that are live and damaged. */
  readonly damagedIds: readonly bigint[];
}
