/** What an operation brings into its transaction, and what the transaction tells it. */
export interface CommitContext {
  readonly nowMs: number;
  /** Counters that a bucket's usage is spread over: 1 where one process writes. */
  readonly usageStripes: number;
  /** A new random half of a version id, in hex. */
  readonly makeNonce: () => string;
  /** Set by the program; the outbox's readers are woken after the commit. */
  hasAppendedToOutbox: boolean;
}
