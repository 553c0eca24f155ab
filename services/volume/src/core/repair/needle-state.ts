/**
 * What a holder of a volume knows of one needle: its newest row and what the record of that row says. `damaged` is a live needle whose
 * record cannot be trusted; its fields are what could still be read.
 */
export interface NeedleState {
  readonly key: bigint;
  readonly kind: 'live' | 'deleted' | 'damaged';
  /** A deletion carries the cookie and the checksum of what it deleted; both are 0 where it has no record. */
  readonly cookie: number;
  /** As it is stored, which may be the masked form. */
  readonly checksum: number;
  /** The record's size field; 0 for a deletion. */
  readonly sizeBytes: number;
  /** By the clock of that holder; 0 where it is not known: before version 3, and for deletions without a record. */
  readonly appendAtNs: bigint;
  /** Where the record lies there; 0 for a deletion without one. */
  readonly offsetBytes: number;
}

/** Whether both hold the same content under the same cookie. */
export function isSameContent(a: NeedleState, b: NeedleState): boolean {
  return a.cookie === b.cookie && a.sizeBytes === b.sizeBytes && a.checksum === b.checksum;
}

/** Whether the deletion is one of that very content. */
export function isDeletionOf(deletion: NeedleState, live: NeedleState): boolean {
  return deletion.cookie === live.cookie && deletion.checksum === live.checksum;
}
